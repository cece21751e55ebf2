#include "generator/text/nearest.hpp"

#include <array>
#include <boost/test/unit_test.hpp>
#include <string>

using namespace left4me;

namespace {

constexpr std::array<std::string_view, 4> keys = {"L4D2_LOWERDIRS", "L4D2_PORT", "L4D2_ARGS",
                                                  "L4D2_AUTOSTART"};

} // namespace

BOOST_AUTO_TEST_SUITE(nearest_word)

BOOST_AUTO_TEST_CASE(the_candidate_with_the_fewest_edits_is_the_nearest) {
    BOOST_TEST(nearest("L4D2_PROT", keys) == "L4D2_PORT");
    BOOST_TEST(nearest("L4D2_LOWERDIR", keys) == "L4D2_LOWERDIRS");
    BOOST_TEST(nearest("L4D2ARGS", keys) == "L4D2_ARGS");
    BOOST_TEST(nearest("L4D2_AUTO_START", keys) == "L4D2_AUTOSTART");
    BOOST_TEST(nearest("AUTOSTART", keys) == "L4D2_AUTOSTART");
}

BOOST_AUTO_TEST_CASE(an_insertion_a_deletion_and_a_substitution_cost_one_edit_each) {
    constexpr std::array<std::string_view, 2> inserted = {"abXXc", "abcX"};
    constexpr std::array<std::string_view, 2> deleted = {"a", "ab"};
    constexpr std::array<std::string_view, 2> substituted = {"XXc", "aXc"};
    BOOST_TEST(nearest("abc", inserted) == "abcX");
    BOOST_TEST(nearest("abc", deleted) == "ab");
    BOOST_TEST(nearest("abc", substituted) == "aXc");
}

BOOST_AUTO_TEST_CASE(letter_case_makes_no_difference) {
    BOOST_TEST(nearest("l4d2_args", keys) == "L4D2_ARGS");
    constexpr std::array<std::string_view, 2> words = {"abX", "ABC"};
    BOOST_TEST(nearest("abc", words) == "ABC");
}

BOOST_AUTO_TEST_CASE(the_first_of_equally_near_candidates_is_taken) {
    constexpr std::array<std::string_view, 3> words = {"far away", "ab", "ac"};
    BOOST_TEST(nearest("a", words) == "ab");
}

BOOST_AUTO_TEST_CASE(an_empty_word_is_nearest_to_the_shortest_candidate) {
    constexpr std::array<std::string_view, 3> words = {"long", "ab", "abc"};
    BOOST_TEST(nearest("", words) == "ab");
}

BOOST_AUTO_TEST_CASE(a_word_as_long_as_a_hostile_file_is_compared_by_its_beginning) {
    BOOST_TEST(nearest("L4D2_PORT" + std::string(65'536, 'x'), keys) == "L4D2_PORT");
}

BOOST_AUTO_TEST_SUITE_END()
