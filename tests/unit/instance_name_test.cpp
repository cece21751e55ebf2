#include "generator/instance/instance_name.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

using namespace left4me;
using namespace std::string_view_literals;

BOOST_AUTO_TEST_SUITE(instance_name)

BOOST_AUTO_TEST_CASE(letters_digits_and_inner_punctuation_make_a_name) {
    for (const char* const name :
         {"a", "Z", "0", "alpha", "my-inst", "a.b_c", "9-", "a..", "A_Z.09"})
        BOOST_TEST_CONTEXT(name)
    BOOST_TEST(is_instance_name(name));
}

BOOST_AUTO_TEST_CASE(a_name_begins_with_a_letter_or_digit) {
    for (const char* const name : {"-a", ".a", "_a", ".", "..", "-", "--help"})
        BOOST_TEST_CONTEXT(name)
    BOOST_TEST(!is_instance_name(name));
}

BOOST_AUTO_TEST_CASE(a_name_has_no_other_bytes) {
    for (const std::string_view name :
         {""sv, "a/b"sv, "a b"sv, "a\n"sv, "a@b"sv, "a:b"sv, "a\\b"sv, "a%n"sv, "a,b"sv, "a~"sv,
          "ä"sv, "a\0b"sv, "a\0"sv, "a+b"sv, "a[b"sv, "a`b"sv, "a{b"sv})
        BOOST_TEST_CONTEXT(name)
    BOOST_TEST(!is_instance_name(name));
}

BOOST_AUTO_TEST_CASE(a_name_is_at_most_63_bytes_long) {
    BOOST_TEST(is_instance_name(std::string(63, 'a')));
    BOOST_TEST(!is_instance_name(std::string(64, 'a')));
}

BOOST_AUTO_TEST_SUITE_END()
