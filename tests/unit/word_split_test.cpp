#include "generator/text/word_split.hpp"

#include <boost/test/unit_test.hpp>

using namespace left4me;

namespace {

using Words = std::vector<std::string>;

void expect(std::string_view text, const Words& words) {
    BOOST_TEST_CONTEXT(text)
    BOOST_TEST(split_words(text) == words, boost::test_tools::per_element());
}

} // namespace

BOOST_AUTO_TEST_SUITE(word_split)

BOOST_AUTO_TEST_CASE(words_stand_between_blanks_of_any_kind_and_number) {
    expect("+map c1m1_hotel", {"+map", "c1m1_hotel"});
    expect("  a \t b\nc\r\nd  ", {"a", "b", "c", "d"});
    expect("", {});
    expect(" \t\n\r", {});
}

BOOST_AUTO_TEST_CASE(quotes_of_either_kind_are_removed_and_keep_blanks) {
    expect(R"("a b" 'c  d')", {"a b", "c  d"});
    expect(R"(+hostname "my server")", {"+hostname", "my server"});
}

BOOST_AUTO_TEST_CASE(a_quote_inside_the_other_kind_is_ordinary) {
    expect(R"("it's" 'say "x"')", {"it's", R"(say "x")"});
}

BOOST_AUTO_TEST_CASE(quoted_and_bare_pieces_that_touch_are_one_word) {
    expect(R"(a"b c"d 'e'"f"g)", {"ab cd", "efg"});
}

BOOST_AUTO_TEST_CASE(empty_quotes_make_an_empty_word) {
    expect(R"("" '' a"")", {"", "", "a"});
}

BOOST_AUTO_TEST_CASE(a_backslash_takes_the_next_character_as_it_is) {
    expect(R"(a\ b \"c \'d \\e)", {"a b", R"("c)", "'d", R"(\e)"});
    expect(R"(\n \x41 \$)", {"n", "x41", "$"});
    expect(R"(\ )", {" "});
}

BOOST_AUTO_TEST_CASE(a_backslash_escapes_inside_both_kinds_of_quotes) {
    expect(R"("a\"b" "c\\d" "e\nf")", {R"(a"b)", R"(c\d)", "enf"});
    expect(R"('a\'b c' 'd\\e')", {"a'b c", R"(d\e)"});
}

BOOST_AUTO_TEST_CASE(an_open_quote_runs_to_the_end) {
    expect(R"(a "b c )", {"a", "b c "});
    expect(R"(a 'b "c)", {"a", R"(b "c)"});
    expect(R"(a ")", {"a", ""});
}

BOOST_AUTO_TEST_CASE(a_backslash_at_the_very_end_is_dropped) {
    expect("a\\", {"a"});
    expect("a \\", {"a", ""});
    expect("\"a\\", {"a"});
}

BOOST_AUTO_TEST_CASE(nothing_is_expanded_or_separates_commands) {
    expect("$HOME ${X} %n ; a;b *", {"$HOME", "${X}", "%n", ";", "a;b", "*"});
}

BOOST_AUTO_TEST_SUITE_END()
