#include "generator/l4d2ctl/words/check_report.hpp"

#include "generator/instance/instance_name.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace left4me::ctl {

namespace {

using nlohmann::ordered_json;

constexpr int check_version = 1;

constexpr std::array kinds = {
    FindingKind::configuration, FindingKind::directory, FindingKind::file,   FindingKind::port,
    FindingKind::user,          FindingKind::mount,     FindingKind::layer,  FindingKind::runtime,
    FindingKind::permission,    FindingKind::server,    FindingKind::failure};

const char* to_string(Severity severity) {
    return severity == Severity::error ? "error" : "warning";
}

ordered_json text_or_null(const std::string& text) {
    return text.empty() ? ordered_json() : ordered_json(text);
}

ordered_json finding_to_json(const Finding& finding) {
    const Diagnostic& diagnostic = finding.diagnostic;
    return {{"instance", text_or_null(finding.instance)},
            {"kind", to_string(finding.kind)},
            {"severity", to_string(diagnostic.severity)},
            {"file", text_or_null(diagnostic.file)},
            {"line", diagnostic.line == 0 ? ordered_json() : ordered_json(diagnostic.line)},
            {"problem", diagnostic.complaint.problem},
            {"remedy", text_or_null(diagnostic.complaint.remedy)}};
}

} // namespace

std::span<const FindingKind> finding_kinds() {
    return kinds;
}

const char* to_string(FindingKind kind) {
    switch (kind) {
    case FindingKind::configuration:
        return "configuration";
    case FindingKind::directory:
        return "directory";
    case FindingKind::file:
        return "file";
    case FindingKind::port:
        return "port";
    case FindingKind::user:
        return "user";
    case FindingKind::mount:
        return "mount";
    case FindingKind::layer:
        return "layer";
    case FindingKind::runtime:
        return "runtime";
    case FindingKind::permission:
        return "permission";
    case FindingKind::server:
        return "server";
    case FindingKind::failure:
        break;
    }
    return "failure";
}

bool has_errors(const CheckReport& report) {
    return std::ranges::any_of(report.findings, [](const Finding& finding) {
        return finding.diagnostic.severity == Severity::error;
    });
}

std::string to_string(const Finding& finding) {
    return one_line(to_string(finding.diagnostic));
}

std::string describe(const CheckReport& report, bool for_person) {
    if (report.findings.empty() && for_person)
        return fmt::format("{} instance{}, nothing wrong\n", report.checked.size(),
                           report.checked.size() == 1 ? "" : "s");
    std::string text;
    for (const Finding& finding : report.findings)
        text += to_string(finding) + "\n";
    return text;
}

std::string to_json(const CheckReport& report) {
    ordered_json findings = ordered_json::array();
    for (const Finding& finding : report.findings)
        findings.push_back(finding_to_json(finding));
    ordered_json checked = ordered_json::array();
    for (const CheckedInstance& instance : report.checked)
        checked.push_back({{"instance", instance.name}, {"file", instance.file}});
    const ordered_json root = {{"version", check_version},
                               {"checked", checked},
                               {"findings", findings},
                               {"notes", report.notes}};
    constexpr int indent = 2;
    return root.dump(indent, ' ', true, ordered_json::error_handler_t::replace) + "\n";
}

std::string instance_of_file(std::string_view path) {
    const auto split = [](std::string_view& rest) {
        const std::size_t slash = rest.rfind('/');
        const std::string_view last = rest.substr(slash == std::string_view::npos ? 0 : slash + 1);
        rest = rest.substr(0, slash == std::string_view::npos ? 0 : slash);
        return last;
    };
    std::string_view name = split(path);
    name = name == "instance.env" ? split(path) : name.substr(0, name.rfind('.'));
    return std::string(is_instance_name(name) ? name : "instance");
}

} // namespace left4me::ctl
