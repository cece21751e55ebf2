#include "command_line.hpp"

#include <boost/test/unit_test.hpp>
#include <vector>

using namespace left4me;

namespace {

using Arguments = std::vector<const char*>;

CommandLine read(const Arguments& arguments) {
    const CommandLineReading reading = parse_command_line(arguments);
    BOOST_TEST(reading.problem == "");
    BOOST_REQUIRE(reading.command_line.has_value());
    return *reading.command_line;
}

void expect_problem(const Arguments& arguments, std::string_view problem) {
    const CommandLineReading reading = parse_command_line(arguments);
    BOOST_TEST(!reading.command_line.has_value());
    BOOST_TEST(reading.problem == problem);
}

const char* const name_rule =
    "an instance's name is 1-63 of A-Z a-z 0-9 _ . -, beginning with a letter or digit";

} // namespace

BOOST_AUTO_TEST_SUITE(command_line)

BOOST_AUTO_TEST_CASE(verbs_take_a_name) {
    const CommandLine mount = read({"/usr/libexec/left4me/left4me-overlay", "mount", "alpha"});
    BOOST_TEST((mount.verb == Verb::mount));
    BOOST_TEST(!mount.dry_run);
    BOOST_TEST(mount.instance == "alpha");
    BOOST_TEST(mount.where == "");
    BOOST_TEST((read({"left4me-overlay", "umount", "alpha"}).verb == Verb::umount));
    BOOST_TEST(read({"left4me-overlay", "--dry-run", "mount", "alpha"}).dry_run);
    BOOST_TEST((read({"left4me-overlay", "--help"}).verb == Verb::help));
    BOOST_TEST((read({"left4me-overlay", "--version"}).verb == Verb::version));
}

BOOST_AUTO_TEST_CASE(anything_else_is_a_problem) {
    expect_problem({}, "it was called without a name of its own");
    expect_problem({"left4me-overlay"}, "it takes a verb and a name");
    expect_problem({"left4me-overlay", "mount"}, "it takes a verb and a name");
    expect_problem({"left4me-overlay", "mount", "a", "b"}, "it takes a verb and a name");
    expect_problem({"left4me-overlay", "fly", "alpha"}, "unknown verb fly");
    expect_problem({"left4me-overlay", "--dry-run", "umount", "alpha"}, "unknown verb umount");
    expect_problem({"left4me-overlay", "mount", "../x"}, name_rule);
    expect_problem({"left4me-overlay", "mount", ""}, name_rule);
    expect_problem({"left4me-overlay", "umount", "-x"}, name_rule);
}

BOOST_AUTO_TEST_CASE(mount_left4me_takes_what_mount_8_passes) {
    const CommandLine mount = read({"/sbin/mount.left4me", "alpha", "/srv/x", "-o", "rw"});
    BOOST_TEST((mount.verb == Verb::mount));
    BOOST_TEST(mount.instance == "alpha");
    BOOST_TEST(mount.where == "/srv/x");
    BOOST_TEST(read({"mount.left4me", "-f", "alpha", "/srv/x", "-n", "-v", "-s"}).dry_run);
    BOOST_TEST(
        read({"mount.left4me", "alpha", "/x", "-o", "rw,nofail,x-systemd.automount"}).where ==
        "/x");
}

BOOST_AUTO_TEST_CASE(mount_left4me_lets_nobody_choose_the_overlays_options) {
    for (const char* const options : {"userxattr", "rw,volatile", "upperdir=/x", "ro", "suid"})
        expect_problem({"mount.left4me", "alpha", "/srv/x", "-o", options},
                       "the overlay's mount options are fixed");
    expect_problem({"mount.left4me", "alpha"}, "it takes a name and a mount point");
    expect_problem({"mount.left4me", "alpha", "/x", "-o"}, "unknown option -o");
    expect_problem({"mount.left4me", "alpha", "/x", "-t"}, "unknown option -t");
    expect_problem({"mount.left4me", "al/pha", "/x"}, name_rule);
}

BOOST_AUTO_TEST_SUITE_END()
