#include "generator/text/diagnostic.hpp"

#include <boost/test/unit_test.hpp>

using namespace left4me;

BOOST_AUTO_TEST_SUITE(diagnostic)

BOOST_AUTO_TEST_CASE(a_diagnostic_is_one_line_of_file_line_problem_and_remedy) {
    const Diagnostic diagnostic = {Severity::error, "/etc/x.env", 12, {"a is wrong", "do b"}};
    BOOST_TEST(to_string(diagnostic) == "/etc/x.env:12: a is wrong: do b");
}

BOOST_AUTO_TEST_CASE(only_an_error_among_diagnostics_makes_them_errors) {
    const Diagnostic warning = {Severity::warning, "f", 1, {"p", "r"}};
    const Diagnostic error = {Severity::error, "f", 1, {"p", "r"}};
    BOOST_TEST(!has_errors({}));
    BOOST_TEST(!has_errors({warning, warning}));
    BOOST_TEST(has_errors({error}));
    BOOST_TEST(has_errors({warning, error, warning}));
}

BOOST_AUTO_TEST_CASE(a_collector_keeps_twenty_of_each_severity_and_counts_the_rest) {
    DiagnosticCollector collector("f.env");
    for (unsigned line = 1; line <= 22; ++line)
        collector.add(Severity::error, line, {"wrong", "mend it"});
    unsigned described = 0;
    const auto describe = [&described]() -> Complaint {
        ++described;
        return {"odd", "look"};
    };
    for (unsigned line = 1; line <= 20; ++line)
        collector.add_warning(line, describe);
    collector.add_warning(30, describe);
    collector.add(Severity::warning, 31, {"odd", "look"});
    collector.add_warning(32, describe);
    BOOST_TEST(described == 20U);

    const Diagnostics diagnostics = std::move(collector).finish();
    BOOST_REQUIRE(diagnostics.size() == 42U);
    BOOST_TEST(to_string(diagnostics[0]) == "f.env:1: wrong: mend it");
    BOOST_TEST(to_string(diagnostics[20]) == "f.env:1: odd: look");
    BOOST_TEST(to_string(diagnostics[40]) ==
               "f.env:21: 2 more errors from here on are not shown: mend those above first");
    BOOST_TEST((diagnostics[40].severity == Severity::error));
    BOOST_TEST(to_string(diagnostics[41]) ==
               "f.env:30: 3 more warnings from here on are not shown: mend those above first");
    BOOST_TEST((diagnostics[41].severity == Severity::warning));
}

BOOST_AUTO_TEST_CASE(a_collector_with_few_keeps_them_as_they_came) {
    DiagnosticCollector collector("f.env");
    collector.add(Severity::warning, 2, {"odd", "look"});
    collector.add(Severity::error, 1, {"wrong", "mend it"});
    const Diagnostics diagnostics = std::move(collector).finish();
    BOOST_REQUIRE(diagnostics.size() == 2U);
    BOOST_TEST(diagnostics[0].line == 2U);
    BOOST_TEST(diagnostics[1].line == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
