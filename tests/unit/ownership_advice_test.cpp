#include "generator/overlay/ownership_advice.hpp"

#include "generator/text/word_list.hpp"

#include <boost/test/unit_test.hpp>

using namespace left4me;

namespace {

const NamedUser servers = {"left4me", {998, 997}};

std::string said(const std::vector<ForeignDirectory>& foreign, bool may_enter = true) {
    const auto objection = objection_to_owners("/r/alpha", foreign, may_enter, servers);
    return objection ? to_string(*objection) : "";
}

} // namespace

BOOST_AUTO_TEST_SUITE(ownership_advice)

BOOST_AUTO_TEST_CASE(words_are_listed_as_in_a_sentence) {
    BOOST_TEST(enumerate({}) == "");
    BOOST_TEST(enumerate({"a"}) == "a");
    BOOST_TEST(enumerate({"a", "b"}) == "a and b");
    BOOST_TEST(enumerate({"a", "b", "c"}) == "a, b and c");
}

BOOST_AUTO_TEST_CASE(a_user_without_a_name_is_given_with_its_group) {
    BOOST_TEST(owner_argument(servers) == "left4me:");
    BOOST_TEST(owner_argument({"61001", {61001, 61002}}) == "61001:61002");
}

BOOST_AUTO_TEST_CASE(what_a_shell_would_take_for_something_else_is_quoted) {
    BOOST_TEST(shell_argument("/var/lib/left4me/runtime/a-b_c.d") ==
               "/var/lib/left4me/runtime/a-b_c.d");
    BOOST_TEST(shell_argument("/a b") == "'/a b'");
    BOOST_TEST(shell_argument("/$(x)") == "'/$(x)'");
    BOOST_TEST(shell_argument("/a'$(x)\"") == R"x('/a'\''$(x)"')x");
    BOOST_TEST(shell_argument("/a'\\b\n") == R"($'/a\'\\b\x0a')");
    BOOST_TEST(shell_argument("/\xff") == R"($'/\xff')");
    const std::string long_name(200, ' ');
    BOOST_TEST(shell_argument(long_name) == "'" + long_name + "'");
}

BOOST_AUTO_TEST_CASE(all_directories_and_the_whole_way_are_in_one_message) {
    BOOST_TEST(said({}) == "");
    BOOST_TEST(said({{"upper", {1001, 1002}}}) ==
               "/r/alpha/upper belongs to uid 1001, not to the servers' user (uid 998): move it "
               "away, or, if it comes from another host, run chown -R --from=1001:1002 left4me: "
               "/r/alpha/upper");
    BOOST_TEST(
        said({{"upper", {1001, 1001}}, {"work", {1001, 1001}}, {"merged", {1001, 1001}}}, false) ==
        "/r/alpha/upper, /r/alpha/work and /r/alpha/merged belong to uid 1001, not to the "
        "servers' user (uid 998): move it away, or, if it comes from another host, run "
        "chown -R --from=1001:1001 left4me: /r/alpha/upper /r/alpha/merged && rm -r "
        "/r/alpha/work && chown root:997 /r/alpha && chmod 750 /r/alpha");
    BOOST_TEST(said({{"work", {1001, 1001}}})
                   .ends_with("if it comes from another host, run rm -r /r/alpha/work"));
}

BOOST_AUTO_TEST_CASE(each_owner_has_a_command_of_its_own) {
    BOOST_TEST(said({{"upper", {1001, 1001}}, {"merged", {1002, 1002}}}) ==
               "/r/alpha/upper belongs to uid 1001 and "
               "/r/alpha/merged to uid 1002, not to the servers' user (uid 998): move it away, or, "
               "if it comes from another host, run chown -R --from=1001:1001 left4me: "
               "/r/alpha/upper && chown -R --from=1002:1002 left4me: /r/alpha/merged");
}

BOOST_AUTO_TEST_CASE(a_directory_that_the_servers_cannot_enter_is_given_to_their_group) {
    BOOST_TEST(said({}, false) == "the servers' user (uid 998) may not enter /r/alpha: run chown "
                                  "root:997 /r/alpha && chmod 750 /r/alpha");
}

BOOST_AUTO_TEST_SUITE_END()
