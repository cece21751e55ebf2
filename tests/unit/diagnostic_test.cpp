#include "generator/text/diagnostic.hpp"

#include <boost/test/unit_test.hpp>

using namespace left4me;
using namespace std::string_view_literals;

BOOST_AUTO_TEST_SUITE(diagnostic)

BOOST_AUTO_TEST_CASE(a_diagnostic_is_one_line_of_file_line_problem_and_remedy) {
    const Diagnostic diagnostic = {Severity::error, "/etc/x.env", 12, "a is wrong", "do b"};
    BOOST_TEST(to_string(diagnostic) == "/etc/x.env:12: a is wrong: do b");
}

BOOST_AUTO_TEST_CASE(only_an_error_among_diagnostics_makes_them_errors) {
    const Diagnostic warning = {Severity::warning, "f", 1, "p", "r"};
    const Diagnostic error = {Severity::error, "f", 1, "p", "r"};
    BOOST_TEST(!has_errors({}));
    BOOST_TEST(!has_errors({warning, warning}));
    BOOST_TEST(has_errors({error}));
    BOOST_TEST(has_errors({warning, error, warning}));
}

BOOST_AUTO_TEST_CASE(printable_text_stands_in_single_quotes) {
    BOOST_TEST(printable("") == "''");
    BOOST_TEST(printable("L4D2 ~!\"$%") == "'L4D2 ~!\"$%'");
}

BOOST_AUTO_TEST_CASE(bytes_that_could_harm_a_terminal_or_end_the_quotes_are_escaped) {
    BOOST_TEST(printable("a\nb\rc\td") == "'a\\x0ab\\x0dc\\x09d'");
    BOOST_TEST(printable("\x1b[2J\x7f") == "'\\x1b[2J\\x7f'");
    BOOST_TEST(printable("\0"sv) == "'\\x00'");
    BOOST_TEST(printable("it's") == "'it\\x27s'");
    BOOST_TEST(printable("\\x41") == "'\\x5cx41'");
    BOOST_TEST(printable("ü\xff") == "'\\xc3\\xbc\\xff'");
}

BOOST_AUTO_TEST_CASE(text_of_more_than_eighty_bytes_is_shortened) {
    BOOST_TEST(printable(std::string(80, 'a')) == "'" + std::string(80, 'a') + "'");
    BOOST_TEST(printable(std::string(81, 'a')) == "'" + std::string(80, 'a') + "…'");
}

BOOST_AUTO_TEST_CASE(a_collector_keeps_twenty_of_each_severity_and_counts_the_rest) {
    DiagnosticCollector collector("f.env");
    for (unsigned line = 1; line <= 22; ++line)
        collector.add(Severity::error, line, "wrong", "mend it");
    for (unsigned line = 1; line <= 20; ++line) {
        BOOST_TEST(collector.has_room_for_warning());
        collector.add(Severity::warning, line, "odd", "look");
    }
    BOOST_TEST(!collector.has_room_for_warning());
    collector.count_warning(30);
    collector.add(Severity::warning, 31, "odd", "look");
    collector.count_warning(32);

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
    collector.add(Severity::warning, 2, "odd", "look");
    collector.add(Severity::error, 1, "wrong", "mend it");
    const Diagnostics diagnostics = std::move(collector).finish();
    BOOST_REQUIRE(diagnostics.size() == 2U);
    BOOST_TEST(diagnostics[0].line == 2U);
    BOOST_TEST(diagnostics[1].line == 1U);
}

BOOST_AUTO_TEST_CASE(one_line_has_no_newline) {
    BOOST_TEST(one_line("a b\nc\x1b") == "a b\\x0ac\\x1b");
}

BOOST_AUTO_TEST_CASE(control_characters_but_newlines_are_escaped_for_a_log) {
    BOOST_TEST(escape_control_characters("a\nb: 'ü' \\") == "a\nb: 'ü' \\");
    BOOST_TEST(escape_control_characters("\x1b[2J\r\t\x7f") == "\\x1b[2J\\x0d\\x09\\x7f");
    BOOST_TEST(escape_control_characters("\0"sv) == "\\x00");
    BOOST_TEST(escape_control_characters("\u009b2J") == "\\xc2\\x9b2J");
}

BOOST_AUTO_TEST_CASE(escapes_what_is_no_character) {
    BOOST_TEST(one_line("\x9b"
                        "2Jü\xc3") == "\\x9b2Jü\\xc3");
    BOOST_TEST(one_line("\xc2\x9b\xff") == "\\xc2\\x9b\\xff");
}

BOOST_AUTO_TEST_CASE(escapes_what_turns_the_direction_of_writing_or_ends_a_line) {
    BOOST_TEST(one_line("\u202egpj") == "\\xe2\\x80\\xaegpj");
    BOOST_TEST(one_line("\u2066\u061c") == "\\xe2\\x81\\xa6\\xd8\\x9c");
    BOOST_TEST(one_line("a\u2028b") == "a\\xe2\\x80\\xa8b");
    BOOST_TEST(one_line("“…” – \u00a0é日本") == "“…” – \u00a0é日本");
}

BOOST_AUTO_TEST_SUITE_END()
