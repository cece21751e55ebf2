#include "generator/text/boolean_text.hpp"

#include <boost/test/unit_test.hpp>

using namespace left4me;

BOOST_AUTO_TEST_SUITE(boolean_text)

BOOST_AUTO_TEST_CASE(every_spelling_of_true_is_true_in_any_letter_case) {
    for (const char* const text :
         {"1", "yes", "y", "true", "t", "on", "YES", "Y", "True", "tRuE", "T", "ON"})
        BOOST_TEST_CONTEXT(text) {
            BOOST_TEST(parse_boolean(text).has_value());
            BOOST_TEST(parse_boolean(text).value_or(false));
        }
}

BOOST_AUTO_TEST_CASE(every_spelling_of_false_is_false_in_any_letter_case) {
    for (const char* const text :
         {"0", "no", "n", "false", "f", "off", "NO", "N", "False", "fAlSe", "F", "OFF"})
        BOOST_TEST_CONTEXT(text) {
            BOOST_TEST(parse_boolean(text).has_value());
            BOOST_TEST(!parse_boolean(text).value_or(true));
        }
}

BOOST_AUTO_TEST_CASE(anything_else_is_no_boolean) {
    for (const char* const text : {"", " ", "yes ", " no", "2", "-1", "01", "ye", "yess", "enabled",
                                   "null", "o", "ja", "yes no"})
        BOOST_TEST_CONTEXT(text)
    BOOST_TEST(!parse_boolean(text).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
