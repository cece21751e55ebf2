#include "generator/text/fields.hpp"

#include <boost/test/unit_test.hpp>

using namespace left4me;

BOOST_AUTO_TEST_SUITE(fields)

BOOST_AUTO_TEST_CASE(a_field_is_taken_with_its_separator) {
    std::string_view rest = "a b  c";
    BOOST_TEST(take_until(rest, ' ') == "a");
    BOOST_TEST(take_until(rest, ' ') == "b");
    BOOST_TEST(take_until(rest, ' ') == "");
    BOOST_TEST(rest == "c");
    BOOST_TEST(take_until(rest, ' ') == "c");
    BOOST_TEST(take_until(rest, ' ') == "");
    BOOST_TEST(rest == "");
}

BOOST_AUTO_TEST_CASE(a_separator_ends_a_field_or_parts_two) {
    using Fields = std::vector<std::string>;
    BOOST_TEST((split("", '\n') == Fields{}));
    BOOST_TEST((split("a", '\n') == Fields{"a"}));
    BOOST_TEST((split("a\n", '\n') == Fields{"a"}));
    BOOST_TEST((split("a\n\nb", '\n') == Fields{"a", "", "b"}));
    BOOST_TEST((split("\n\n", '\n') == Fields{"", ""}));
}

BOOST_AUTO_TEST_SUITE_END()
