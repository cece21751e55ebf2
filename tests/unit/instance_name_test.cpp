#include "generator/instance/instance_name.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

using namespace left4me;
using namespace std::string_view_literals;

BOOST_AUTO_TEST_SUITE(instance_name)

BOOST_AUTO_TEST_CASE(letters_digits_and_inner_punctuation_make_a_name) {
    for (const char* const name :
         {"a", "Z", "0", "alpha", "my-inst", "a.b_c", "9-", "a..", "A_Z.09", "service",
          "a.services", "a.service.b", "aservice", "a.Service", "a-service", "a.device1"})
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

BOOST_AUTO_TEST_CASE(a_name_does_not_end_as_a_units_does) {
    for (const std::string ending :
         {".service", ".socket", ".device", ".mount", ".automount", ".swap", ".target", ".path",
          ".timer", ".slice", ".scope", ".snapshot"})
        BOOST_TEST_CONTEXT(ending) {
            for (const std::string& name : {"alpha" + ending, "a.b" + ending, "x" + ending})
                BOOST_TEST(!is_instance_name(name));
            BOOST_TEST(is_name_of_any_version("alpha" + ending));
            BOOST_TEST(unit_ending_of("alpha" + ending) == ending);
            BOOST_TEST(instance_name_rule("alpha" + ending) ==
                       "one that does not end in " + ending + ", since systemctl takes l4d2@alpha" +
                           ending + " for another unit");
        }
}

BOOST_AUTO_TEST_CASE(what_no_version_took_has_the_general_rule) {
    for (const std::string_view name : {"a b"sv, ".service"sv, "-a.mount"sv, "ä.socket"sv, ""sv}) {
        BOOST_TEST(!is_name_of_any_version(name));
        BOOST_TEST(instance_name_rule(name) ==
                   "1-63 of A-Z a-z 0-9 _ . -, beginning with a letter or digit");
    }
}

BOOST_AUTO_TEST_CASE(what_is_mounted_under_a_name_of_earlier_says_what_became_of_it) {
    BOOST_TEST(to_string(why_retired("alpha")) == "its instance.env is gone: put it back");
    BOOST_TEST(to_string(why_retired("a.mount")) ==
               "its name ends in .mount, as no instance's may any more: rename its directory");
}

BOOST_AUTO_TEST_SUITE_END()
