#include "generator/text/json_text.hpp"

#include <boost/test/unit_test.hpp>

using namespace left4me;

BOOST_AUTO_TEST_SUITE(json_text)

BOOST_AUTO_TEST_CASE(what_is_printed_is_ascii_and_ends_its_line) {
    BOOST_TEST(printed({{"name", "\xc3\xa9"}, {"broken", "\xff"}}) ==
               "{\n  \"name\": \"\\u00e9\",\n  \"broken\": \"\\ufffd\"\n}\n");
}

BOOST_AUTO_TEST_CASE(what_there_is_none_of_is_null) {
    BOOST_TEST(text_or_null("").is_null());
    BOOST_TEST(text_or_null("text").get<std::string>() == "text");
    BOOST_TEST(number_or_null(0U).is_null());
    BOOST_TEST(number_or_null(7U).get<unsigned>() == 7U);
    BOOST_TEST(value_or_null(std::optional<bool>()).is_null());
    BOOST_TEST(value_or_null(std::optional(false)).get<bool>() == false);
}

BOOST_AUTO_TEST_SUITE_END()
