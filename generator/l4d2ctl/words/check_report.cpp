#include "generator/l4d2ctl/words/check_report.hpp"

#include "generator/instance/instance_name.hpp"
#include "generator/text/enum_words.hpp"
#include "generator/text/json_text.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace left4me::ctl {

namespace {

using nlohmann::ordered_json;

constexpr int check_version = 1;

constexpr EnumWords<FindingKind> kind_words = {
    {FindingKind::configuration, "configuration"},
    {FindingKind::directory, "directory"},
    {FindingKind::file, "file"},
    {FindingKind::port, "port"},
    {FindingKind::user, "user"},
    {FindingKind::mount, "mount"},
    {FindingKind::layer, "layer"},
    {FindingKind::runtime, "runtime"},
    {FindingKind::permission, "permission"},
    {FindingKind::server, "server"},
    {FindingKind::failure, "failure"},
};

ordered_json finding_to_json(const Finding& finding) {
    const Diagnostic& diagnostic = finding.diagnostic;
    return {{"instance", text_or_null(finding.instance)},
            {"kind", to_string(finding.kind)},
            {"severity", diagnostic.severity == Severity::error ? "error" : "warning"},
            {"file", text_or_null(diagnostic.file)},
            {"line", number_or_null(diagnostic.line)},
            {"problem", diagnostic.complaint.problem},
            {"remedy", text_or_null(diagnostic.complaint.remedy)}};
}

} // namespace

const char* to_string(FindingKind kind) {
    return kind_words[kind];
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
    return printed({{"version", check_version},
                    {"checked", checked},
                    {"findings", findings},
                    {"notes", report.notes}});
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
