#include "generator/instance/doubts.hpp"

#include <boost/test/unit_test.hpp>

using namespace left4me;

BOOST_AUTO_TEST_SUITE(doubts)

BOOST_AUTO_TEST_CASE(what_shells_units_and_templates_would_replace_looks_expandable) {
    for (const char* const text :
         {"$PORT", "${defaultmap}", "a${b}", "$(hostname)", "`hostname`", "{{SERVER_NAME}}", "%i",
          "l4d2-%i", "%i.cfg", "%PORT%", "maps_$MAP", "-$X"})
        BOOST_TEST_CONTEXT(text)
    BOOST_TEST(looks_expandable(text));
}

BOOST_AUTO_TEST_CASE(dollars_and_percents_of_words_and_prices_do_not) {
    for (const char* const text :
         {"", "$", "5$", "$5", "pa$word", "%", "100%", "100% fun", "100%fun", "%%", "50%_off",
          "{a}", "c1m1_hotel", "http://a/b?c=%20d"})
        BOOST_TEST_CONTEXT(text)
    BOOST_TEST(!looks_expandable(text));
}

BOOST_AUTO_TEST_CASE(an_ordinary_layer_raises_no_doubt) {
    for (const char* const path : {"installation", "overlays/my maps", "overlays/~x", "/srv/a b/c",
                                   "overlays/a#b", "overlays/pack #2", ""})
        BOOST_TEST_CONTEXT(path)
    BOOST_TEST(!doubt_about_layer(path));
}

BOOST_AUTO_TEST_SUITE_END()
