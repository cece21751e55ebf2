#include "generator/text/printable.hpp"

#include <boost/test/unit_test.hpp>

using namespace left4me;
using namespace std::string_view_literals;

BOOST_AUTO_TEST_SUITE(printable_text)

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

BOOST_AUTO_TEST_CASE(a_long_path_is_shown_to_its_end) {
    const std::string directory(70, 'd');
    const std::string path = "/" + directory + "/" + directory + "/end";
    BOOST_TEST(printable_path(path) == "'" + path + "'");
    BOOST_TEST(printable_path("/" + std::string(200, 'n') + "/end") ==
               "'/" + std::string(80, 'n') + "…/end'");
    BOOST_TEST(printable_path("") == "''");
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
