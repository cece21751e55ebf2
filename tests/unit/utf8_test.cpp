#include "generator/text/utf8.hpp"

#include <boost/test/unit_test.hpp>

using namespace left4me;
using namespace std::string_view_literals;

namespace {

struct Example {
    std::string_view text;
    std::string_view what;
};

} // namespace

BOOST_AUTO_TEST_SUITE(utf8)

BOOST_AUTO_TEST_CASE(shortest_forms_of_characters_are_valid) {
    const Example examples[] = {
        {"", "nothing"},
        {"plain ASCII\n\t\x7f", "ASCII"},
        {"\0"sv, "U+0000"},
        {"\xc2\x80", "U+0080, the first of two bytes"},
        {"\xdf\xbf", "U+07FF, the last of two bytes"},
        {"\xe0\xa0\x80", "U+0800, the first of three bytes"},
        {"\xed\x9f\xbf", "U+D7FF, before the surrogates"},
        {"\xee\x80\x80", "U+E000, behind the surrogates"},
        {"\xef\xb7\x8f", "U+FDCF, before the noncharacters"},
        {"\xef\xb7\xb0", "U+FDF0, behind the noncharacters"},
        {"\xef\xbf\xbd", "U+FFFD"},
        {"\xf0\x90\x80\x80", "U+10000, the first of four bytes"},
        {"\xf4\x8f\xbf\xbd", "U+10FFFD, the last character"},
        {"Zürich 左 🧟", "a mixture"},
    };
    for (const auto& [text, what] : examples)
        BOOST_TEST_CONTEXT(what)
    BOOST_TEST(is_valid_utf8(text));
}

BOOST_AUTO_TEST_CASE(everything_else_is_not) {
    const Example examples[] = {
        {"\x80", "a continuation byte alone"},
        {"\xbf", "the last continuation byte alone"},
        {"a\xff", "0xFF"},
        {"\xfe", "0xFE"},
        {"\xc3", "two bytes cut after the first"},
        {"\xe2\x82", "three bytes cut after the second"},
        {"\xf0\x9f\xa7", "four bytes cut after the third"},
        {"\xc3 ", "a blank for a continuation byte"},
        {"\xe2\x82 ", "a blank for the last continuation byte"},
        {"\xc3\xc3", "a lead byte for a continuation byte"},
        {"\xc0\x80", "U+0000 in two bytes"},
        {"\xc1\xbf", "U+007F in two bytes"},
        {"\xe0\x9f\xbf", "U+07FF in three bytes"},
        {"\xf0\x8f\xbf\xbd", "U+FFFD in four bytes"},
        {"\xed\xa0\x80", "U+D800, the first surrogate"},
        {"\xed\xbf\xbf", "U+DFFF, the last surrogate"},
        {"\xf4\x90\x80\x80", "U+110000, beyond the last plane"},
        {"\xf7\xbf\xbf\xbf", "the most that four bytes hold"},
        {"\xf8\x88\x80\x80\x80", "five bytes"},
        {"\xef\xb7\x90", "the noncharacter U+FDD0"},
        {"\xef\xb7\xaf", "the noncharacter U+FDEF"},
        {"\xef\xbf\xbe", "the noncharacter U+FFFE"},
        {"\xef\xbf\xbf", "the noncharacter U+FFFF"},
        {"\xf0\x9f\xbf\xbe", "the noncharacter U+1FFFE"},
        {"\xf4\x8f\xbf\xbf", "the noncharacter U+10FFFF"},
        {"ok\xff", "a bad byte behind good ones"},
    };
    for (const auto& [text, what] : examples)
        BOOST_TEST_CONTEXT(what)
    BOOST_TEST(!is_valid_utf8(text));
}

BOOST_AUTO_TEST_CASE(the_first_character_has_a_code_point_and_a_length) {
    const auto code_point_and_length = [](std::string_view text) {
        const auto character = first_character(text);
        BOOST_REQUIRE(character.has_value());
        return std::pair<std::uint32_t, std::size_t>(character->code_point, character->length);
    };
    BOOST_TEST((code_point_and_length("a\xff") == std::pair(0x61U, 1UL)));
    BOOST_TEST((code_point_and_length("ü") == std::pair(0xFCU, 2UL)));
    BOOST_TEST((code_point_and_length("左右") == std::pair(0x5DE6U, 3UL)));
    BOOST_TEST((code_point_and_length("🧟") == std::pair(0x1F9DFU, 4UL)));
    for (const std::string_view text : {"", "\xff", "\xc3", "\x80"})
        BOOST_TEST(!first_character(text).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
