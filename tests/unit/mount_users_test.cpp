#include "generator/overlay/mount_users.hpp"

#include <boost/test/unit_test.hpp>

using namespace left4me;

namespace {

std::string text_of(const std::optional<Complaint>& objection) {
    return objection ? to_string(*objection) : "";
}

} // namespace

BOOST_AUTO_TEST_SUITE(mount_users)

BOOST_AUTO_TEST_CASE(a_user_has_to_be_there_and_not_root) {
    BOOST_TEST(text_of(objection_to_user("RuntimeUser", "left4me", UserIds{980, 981})).empty());
    BOOST_TEST(text_of(objection_to_user("RuntimeUser", "left4me", std::nullopt)) ==
               "there is no user left4me: create it with systemd-sysusers, or set "
               "RuntimeUser= in "
               "left4me.conf");
    BOOST_TEST(text_of(objection_to_user("RuntimeUser", "steam", std::nullopt)) ==
               "there is no user steam: correct RuntimeUser= in left4me.conf, or create the user, "
               "as useradd --system does");
    BOOST_TEST(text_of(objection_to_user("SandboxUser", "toor", UserIds{0, 1})) ==
               "toor is root: set another SandboxUser= in left4me.conf");
}

BOOST_AUTO_TEST_CASE(two_users_have_to_be_two) {
    const HostConfiguration configuration;
    BOOST_TEST(text_of(objection_to_users(configuration, {{980, 1}, {990, 1}})).empty());
    BOOST_TEST(text_of(objection_to_users(configuration, {{980, 1}, {980, 2}})) ==
               "RuntimeUser=left4me and SandboxUser=l4d2-sandbox are the same user, uid 980: give "
               "the sandbox a user of its own in left4me.conf");
}

BOOST_AUTO_TEST_SUITE_END()
