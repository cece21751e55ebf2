#include "instance/diagnostic.hpp"

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

BOOST_AUTO_TEST_SUITE_END()
