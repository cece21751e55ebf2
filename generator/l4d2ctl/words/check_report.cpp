#include "generator/l4d2ctl/words/check_report.hpp"

#include "generator/instance/instance_name.hpp"
#include "generator/text/enum_words.hpp"
#include "generator/text/json_text.hpp"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fmt/format.h>
#include <utility>

namespace left4me::ctl {

namespace {

using nlohmann::ordered_json;

constexpr int check_version = 1;

ordered_json finding_to_json(const Finding& finding) {
    const Diagnostic& diagnostic = finding.diagnostic;
    return {{"instance", text_or_null(finding.instance)},
            {"kind", enum_name(finding.kind)},
            {"severity", enum_name(diagnostic.severity)},
            {"file", text_or_null(diagnostic.file)},
            {"line", number_or_null(diagnostic.line)},
            {"problem", diagnostic.complaint.problem},
            {"remedy", text_or_null(diagnostic.complaint.remedy)}};
}

} // namespace

bool has_errors(const CheckReport& report) {
    return std::ranges::any_of(report.findings, [](const Finding& finding) {
        return finding.diagnostic.severity == Severity::error;
    });
}

Findings limit_findings(Findings findings) {
    constexpr std::size_t most_kept = 20;
    Findings kept;
    for (const auto& [severity, what] :
         {std::pair(Severity::error, "errors"), std::pair(Severity::warning, "warnings")}) {
        std::size_t count = 0;
        for (Finding& finding : findings)
            if (finding.diagnostic.severity == severity && ++count <= most_kept + 1)
                kept.push_back(std::move(finding));
        if (count > most_kept)
            kept.back().diagnostic.complaint = {
                fmt::format("{} more {} from here on are not shown", count - most_kept, what),
                "mend those above first"};
    }
    return kept;
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
    const auto checked = [](const CheckedInstance& instance) -> ordered_json {
        return {{"instance", instance.name}, {"file", instance.file}};
    };
    return printed({{"version", check_version},
                    {"checked", array_of(report.checked, checked)},
                    {"findings", array_of(report.findings, finding_to_json)},
                    {"notes", report.notes}});
}

std::string instance_of_file(std::string_view path) {
    const std::filesystem::path file(path);
    const std::string name =
        file.filename() == "instance.env" ? file.parent_path().filename() : file.stem();
    return is_name_of_any_version(name) ? name : "instance";
}

} // namespace left4me::ctl
