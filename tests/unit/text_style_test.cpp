#include "generator/l4d2ctl/words/text_style.hpp"

#include <boost/test/unit_test.hpp>

using namespace left4me::ctl;

BOOST_AUTO_TEST_SUITE(text_style)

BOOST_AUTO_TEST_CASE(sizes_take_five_characters_at_most) {
    BOOST_TEST(human_size(0) == "0");
    BOOST_TEST(human_size(980) == "980B");
    BOOST_TEST(human_size(4096) == "4.0K");
    BOOST_TEST(human_size(28 * 1024) == "28K");
    BOOST_TEST(human_size(1023) == "1.0K");
    BOOST_TEST(human_size(1'300'000'000) == "1.2G");
    BOOST_TEST(human_size(UINT64_MAX) == "16E");
}

BOOST_AUTO_TEST_CASE(spans_have_two_units_while_the_first_is_small) {
    BOOST_TEST(human_span(0) == "0s");
    BOOST_TEST(human_span(45) == "45s");
    BOOST_TEST(human_span(60) == "1m");
    BOOST_TEST(human_span(65) == "1m 5s");
    BOOST_TEST(human_span(765) == "12m");
    BOOST_TEST(human_span(7500) == "2h 5m");
    BOOST_TEST(human_span(86400 * 3 + 7200) == "3d 2h");
    BOOST_TEST(human_span(86400 * 40) == "40d");
}

BOOST_AUTO_TEST_CASE(lines_break_at_blanks_and_never_within_a_word) {
    const TextStyle narrow{false, 12};
    BOOST_TEST(wrap("one two three", "  ", narrow) == "  one two\n  three\n");
    BOOST_TEST(wrap("/a/very/long/path is", "  ", narrow) == "  /a/very/long/path\n  is\n");
    BOOST_TEST(wrap("one two three", "  ", {}) == "  one two three\n");
}

BOOST_AUTO_TEST_SUITE_END()
