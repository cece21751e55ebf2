#include "generator/text/number_text.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdint>

using namespace left4me;

BOOST_AUTO_TEST_SUITE(number_text)

BOOST_AUTO_TEST_CASE(a_number_is_all_of_a_text) {
    BOOST_TEST((parse_number<std::uint64_t>("0") == 0U));
    BOOST_TEST((parse_number<std::uint64_t>("18446744073709551615") == 18446744073709551615U));
    BOOST_TEST((parse_number<unsigned>("0777", 8) == 0777U));
    for (const std::string_view text : {"", " 1", "1 ", "1\n", "+1", "-1", "1.5", "0x1", "a"})
        BOOST_TEST(!parse_number<std::uint64_t>(text).has_value(), text);
}

BOOST_AUTO_TEST_CASE(a_number_that_does_not_fit_is_none) {
    BOOST_TEST((parse_number<std::uint16_t>("65535") == 65535U));
    BOOST_TEST(!parse_number<std::uint16_t>("65536").has_value());
    BOOST_TEST(!parse_number<std::uint64_t>("18446744073709551616").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
