#include "generator/l4d2ctl/layers/file_access.hpp"

#include <boost/test/unit_test.hpp>

using namespace left4me;
using namespace left4me::ctl;

namespace {

constexpr UserIds servers = {980, 981};
constexpr UserIds sandbox = {990, 991};
constexpr UserIds stranger = {1000, 1000};

bool may_read(std::uint32_t mode, UserIds owner, bool idmapped) {
    return permits({mode, owner}, sight_of_layer(idmapped, servers, sandbox), Permission::read);
}

} // namespace

BOOST_AUTO_TEST_SUITE(file_access)

BOOST_AUTO_TEST_CASE(the_first_that_fits_of_owner_group_and_others_decides) {
    BOOST_TEST(may_read(0400, servers, false));
    BOOST_TEST(!may_read(0044, servers, false));
    BOOST_TEST(may_read(0040, {stranger.uid, servers.gid}, false));
    BOOST_TEST(!may_read(0404, {stranger.uid, servers.gid}, false));
    BOOST_TEST(may_read(0004, stranger, false));
    BOOST_TEST(!may_read(0440, stranger, false));
}

BOOST_AUTO_TEST_CASE(in_front_of_a_layer_of_the_sandbox_the_two_are_swapped) {
    BOOST_TEST(may_read(0400, sandbox, true));
    BOOST_TEST(!may_read(0400, sandbox, false));
    BOOST_TEST(!may_read(0400, servers, true));
    BOOST_TEST(may_read(0040, {stranger.uid, sandbox.gid}, true));
    BOOST_TEST(!may_read(0040, {stranger.uid, servers.gid}, true));
    BOOST_TEST(!may_read(0440, stranger, true));
}

BOOST_AUTO_TEST_CASE(all_of_what_is_wanted_has_to_be_permitted) {
    const LayerSight sight = sight_of_layer(false, servers, sandbox);
    BOOST_TEST(permits({0005, stranger}, sight, Permission::read_and_execute));
    BOOST_TEST(!permits({0004, stranger}, sight, Permission::read_and_execute));
    BOOST_TEST(!permits({0001, stranger}, sight, Permission::read_and_execute));
    BOOST_TEST(permits({0002, stranger}, sight, Permission::write));
    BOOST_TEST(!permits({0755, stranger}, sight, Permission::write));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_is_named_and_counted) {
    BOOST_TEST(to_string(objection_to_unreadable({1, "a\n"}, "/srv/x", "left4me")) ==
               "the user left4me may not read 'a\\x0a' in the layer '/srv/x': let everybody read "
               "the layer (chmod -R a+rX)");
    BOOST_TEST(to_string(objection_to_unreadable({3, "a"}, "/srv/x", "left4me"))
                   .starts_with("the user left4me may not read 'a' and 2 more in the layer"));
}

BOOST_AUTO_TEST_CASE(who_a_directory_has_to_be_given_to_is_said) {
    const NamedUser of_sandbox = {"l4d2-sandbox", sandbox};
    UnwritableDirectories directories;
    directories.add({"left4dead2/addons/sourcemod/logs", "the logs of SourceMod", {0, 0}});
    BOOST_TEST(
        to_string(objection_to_unwritable(directories, "/srv/x", "left4me", of_sandbox)) ==
        "the user left4me may not write to '/srv/x/left4dead2/addons/sourcemod/logs', so the "
        "server cannot save the logs of SourceMod: stop its servers and run chown -R "
        "--from=0:0 l4d2-sandbox: /srv/x");
    directories.add({"left4dead2/cfg", "bans", {0, 0}});
    // chown -R of one has reached it already.
    directories.add({"left4dead2/cfg/below", "nothing", {0, 0}});
    BOOST_TEST(to_string(objection_to_unwritable(directories, "/srv/x", "left4me", of_sandbox)) ==
               "the user left4me may not write to '/srv/x/left4dead2/addons/sourcemod/logs' and 1 "
               "more, so the server cannot save the logs of SourceMod and bans: stop its servers "
               "and run chown -R --from=0:0 l4d2-sandbox: /srv/x");
}

BOOST_AUTO_TEST_CASE(what_is_the_users_already_is_made_writable) {
    UnwritableDirectories directories;
    directories.add({"left4dead2", "logs and downloads", servers});
    BOOST_TEST(to_string(objection_to_unwritable(directories, "/srv/x y", "left4me",
                                                 {"left4me", servers})) ==
               "the user left4me may not write to '/srv/x y/left4dead2', so the server cannot save "
               "logs and downloads: stop its servers and run setpriv --reuid=980 --regid=981 "
               "--clear-groups chmod -R u+w '/srv/x y/left4dead2'");
}

BOOST_AUTO_TEST_CASE(of_an_upper_that_was_half_given_away_all_is_given) {
    UnwritableDirectories directories;
    directories.add({"left4dead2/logs", "logs", {0, 0}});
    BOOST_TEST(to_string(objection_to_unwritable(directories, "/r/upper", "left4me",
                                                 {"left4me", servers})) ==
               "the user left4me may not write to '/r/upper/left4dead2/logs', so the server cannot "
               "save logs: stop its servers and run chown -R --from=0:0 left4me: /r/upper");
    directories.add({"left4dead2/cfg", "bans", stranger});
    BOOST_TEST(
        to_string(
            objection_to_unwritable(directories, "/r/upper", "left4me", {"left4me", servers})) ==
        "the user left4me may not write to '/r/upper/left4dead2/logs' and 1 more, so the server "
        "cannot save logs and bans: stop its servers and run chown -R --from=0:0 left4me: "
        "/r/upper && chown -R --from=1000:1000 left4me: /r/upper");
}

BOOST_AUTO_TEST_SUITE_END()
