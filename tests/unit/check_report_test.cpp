#include "generator/l4d2ctl/words/check_report.hpp"

#include "generator/text/enum_words.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace left4me;
using namespace left4me::ctl;

namespace {

Finding finding(Severity severity, const std::string& file, unsigned line,
                const std::string& remedy) {
    return {FindingKind::layer, {severity, file, line, "it is gone", remedy}, "alpha"};
}

} // namespace

BOOST_AUTO_TEST_SUITE(check_report)

BOOST_AUTO_TEST_CASE(a_finding_is_a_line_of_what_there_is_to_say) {
    BOOST_TEST(to_string(finding(Severity::error, "a.env", 3, "make it")) ==
               "a.env:3: it is gone: make it");
    BOOST_TEST(to_string(finding(Severity::error, "a.env", 0, "make it")) ==
               "a.env: it is gone: make it");
    BOOST_TEST(to_string(finding(Severity::error, "", 0, "")) == "it is gone");
    BOOST_TEST(to_string(finding(Severity::error, "a\n\x1b", 1, "make\nit")) ==
               "a\\x0a\\x1b:1: it is gone: make\\x0ait");
}

BOOST_AUTO_TEST_CASE(only_errors_are_errors) {
    CheckReport report;
    BOOST_TEST(!has_errors(report));
    report.findings.push_back(finding(Severity::warning, "", 0, ""));
    BOOST_TEST(!has_errors(report));
    report.findings.push_back(finding(Severity::error, "", 0, ""));
    BOOST_TEST(has_errors(report));
}

BOOST_AUTO_TEST_CASE(a_person_is_told_that_nothing_is_wrong_and_a_program_is_told_nothing) {
    CheckReport report;
    report.checked = {{"alpha", "a.env"}};
    BOOST_TEST(describe(report, false).empty());
    BOOST_TEST(describe(report, true) == "1 instance, nothing wrong\n");
    report.checked.push_back({"beta", "b.env"});
    BOOST_TEST(describe(report, true) == "2 instances, nothing wrong\n");
    report.findings = {finding(Severity::warning, "a.env", 3, "make it"),
                       finding(Severity::error, "b.env", 1, "make it")};
    for (const bool for_person : {false, true})
        BOOST_TEST(describe(report, for_person) ==
                   "a.env:3: it is gone: make it\nb.env:1: it is gone: make it\n");
}

BOOST_AUTO_TEST_CASE(json_is_json_whatever_a_file_is_called) {
    CheckReport report;
    report.checked = {{"alpha", "\xff\"\n"}};
    report.findings = {finding(Severity::warning, "\xff", 3, "")};
    const auto json = nlohmann::json::parse(to_json(report));
    BOOST_TEST(json["checked"][0]["file"].get<std::string>() == "\uFFFD\"\n");
    BOOST_TEST(json["findings"][0]["remedy"].is_null());
    BOOST_TEST(json["findings"][0]["severity"].get<std::string>() == "warning");
}

BOOST_AUTO_TEST_CASE(every_kind_has_a_word_of_its_own) {
    std::set<std::string> words;
    for (const FindingKind kind : enumerators<FindingKind>)
        words.emplace(enum_name(kind));
    BOOST_TEST(words.size() == enumerators<FindingKind>.size());
}

BOOST_AUTO_TEST_CASE(a_file_is_taken_for_the_instance_that_it_is_named_after) {
    const std::vector<std::pair<const char*, const char*>> names = {
        {"/srv/alpha/instance.env", "alpha"},
        {"/srv/alpha.env", "alpha"},
        {"/srv/alpha", "alpha"},
        {"/srv/a.b.env", "a.b"},
        {"/instance.env", "instance"},
        {"/srv/-x/instance.env", "instance"},
        {"/srv/.env", "instance"},
        {"/", "instance"},
        {"", "instance"},
        {"instance.env", "instance"}};
    for (const auto& [path, name] : names)
        BOOST_TEST_CONTEXT(path)
    BOOST_TEST(instance_of_file(path) == name);
}

BOOST_AUTO_TEST_CASE(of_many_findings_the_first_are_shown_and_the_others_counted) {
    Findings findings;
    for (unsigned i = 1; i <= 22; ++i)
        findings.push_back({FindingKind::layer, error_at("f", 3, {std::to_string(i), ""}), "a"});
    findings.push_back({FindingKind::layer, warning_at("f", 3, {"odd", ""}), "a"});
    findings = limit_findings(findings);
    BOOST_TEST(findings.size() == 22);
    BOOST_TEST(to_string(findings[19]) == "f:3: 20");
    BOOST_TEST(to_string(findings[20]) ==
               "f:3: 2 more errors from here on are not shown: mend those above first");
    BOOST_TEST(findings[20].instance == "a");
    BOOST_TEST(to_string(findings[21]) == "f:3: odd");
    findings.resize(20);
    BOOST_TEST(limit_findings(findings).size() == 20);
}

BOOST_AUTO_TEST_SUITE_END()
