#include "generator/text/printable.hpp"

#include "generator/text/invisible.hpp"

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
    BOOST_TEST(printable("ü\xff") == "'ü\\xff'");
    BOOST_TEST(printable("\xc3") == "'\\xc3'");
}

BOOST_AUTO_TEST_CASE(what_can_be_read_is_shown_as_it_is_written) {
    BOOST_TEST(printable("没有 Zürich 🧟 “e\u0301”") ==
               "'没有 Zürich 🧟 “e\u0301”'");
    BOOST_TEST(printable("back\\slash\\") == "'back\\slash\\'");
}

BOOST_AUTO_TEST_CASE(quotes_are_those_that_the_text_has_none_of) {
    BOOST_TEST(printable("it's") == "\"it's\"");
    BOOST_TEST(printable("\"a\"") == "'\"a\"'");
    BOOST_TEST(printable("it's \"a\"") == "'it\\x27s \"a\"'");
    BOOST_TEST(printable_path("/it's/a") == "\"/it's/a\"");
    BOOST_TEST(printable_path("/it's/\"a\"") == "'/it\\x27s/\"a\"'");
}

BOOST_AUTO_TEST_CASE(nothing_that_is_written_reads_as_an_escape) {
    BOOST_TEST(printable("\\x41") == "'\\x5cx41'");
    BOOST_TEST(printable("\\xff\xff") == "'\\x5cxff\\xff'");
}

BOOST_AUTO_TEST_CASE(what_nobody_sees_is_escaped) {
    BOOST_TEST(printable("\u202egpj") == "'\\xe2\\x80\\xaegpj'");
    BOOST_TEST(printable("a\u200bb\ufeff") == "'a\\xe2\\x80\\x8bb\\xef\\xbb\\xbf'");
    BOOST_TEST(printable("a\u00a0b") == "'a\\xc2\\xa0b'");
    BOOST_TEST(printable("a\u2028b\u0085") == "'a\\xe2\\x80\\xa8b\\xc2\\x85'");
    BOOST_TEST(printable("\xef\xbf\xbe") == "'\\xef\\xbf\\xbe'");
}

BOOST_AUTO_TEST_CASE(text_of_more_than_eighty_bytes_is_shortened) {
    BOOST_TEST(printable(std::string(80, 'a')) == "'" + std::string(80, 'a') + "'");
    BOOST_TEST(printable(std::string(81, 'a')) == "'" + std::string(80, 'a') + "…'");
    BOOST_TEST(printable(std::string(79, 'a') + "é") == "'" + std::string(79, 'a') + "…'");
    BOOST_TEST(printable(std::string(78, 'a') + "é") == "'" + std::string(78, 'a') + "é'");
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
    BOOST_TEST(one_line("a\u200bb\u00a0c") == "a\\xe2\\x80\\x8bb\\xc2\\xa0c");
    BOOST_TEST(one_line("“…” – é日本") == "“…” – é日本");
}

BOOST_AUTO_TEST_CASE(of_every_kind_of_invisible_character_one_is_known_and_its_neighbours_are_not) {
    // Soft hyphen, Arabic letter mark, zero-width joiner, bidirectional isolates and overrides,
    // line separator's neighbour, ideographic space, private use, variation selector, tag.
    for (const char32_t c : {0xADU, 0x61CU, 0x200DU, 0x2066U, 0x2069U, 0x202AU, 0x202EU, 0x3000U,
                             0xE000U, 0xFE0FU, 0xE0041U, 0x10FFFDU})
        BOOST_TEST(is_invisible(c), "U+" << std::hex << static_cast<unsigned>(c));
    for (const char32_t c : {0x20U, 0x7EU, 0xA1U, 0xE9U, 0x301U, 0x5D0U, 0x2010U, 0x2026U, 0x3001U,
                             0x4E2DU, 0xFFFDU, 0x1F9DFU})
        BOOST_TEST(!is_invisible(c), "U+" << std::hex << static_cast<unsigned>(c));
}

BOOST_AUTO_TEST_SUITE_END()
