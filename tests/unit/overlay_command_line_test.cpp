#include "helper/overlay_command_line.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

using namespace left4me;

namespace {

using Words = std::vector<const char*>;

CommandLine accepted(const Words& arguments) {
    const CommandLineReading reading = parse_command_line(arguments);
    BOOST_TEST(reading.problem == "");
    BOOST_REQUIRE(reading.command_line.has_value());
    return *reading.command_line;
}

std::string problem_of(const Words& arguments) {
    const CommandLineReading reading = parse_command_line(arguments);
    BOOST_TEST(!reading.command_line.has_value());
    return reading.problem;
}

/// What follows the program's name, and what is wrong with it.
struct Refusal {
    Words arguments;
    std::string problem;
};

void expect_refused(const char* program, const std::vector<Refusal>& refusals) {
    for (const auto& [rest, problem] : refusals) {
        Words arguments = {program};
        std::string text = program;
        for (const char* const word : rest) {
            arguments.push_back(word);
            text += std::string(" ") + word;
        }
        BOOST_TEST_CONTEXT(text)
        BOOST_TEST(problem_of(arguments) == problem);
    }
}

const std::string bad_name =
    "an instance's name is 1-63 of A-Z a-z 0-9 _ . -, beginning with a letter or digit";
const std::string verb_and_name = "it takes a verb and a name";
const std::string name_and_mount_point = "it takes a name and a mount point";
const std::string fixed_options = "the overlay's mount options are fixed";

} // namespace

BOOST_AUTO_TEST_SUITE(command_line)

BOOST_AUTO_TEST_CASE(mount_takes_a_name) {
    const CommandLine command_line = accepted({"left4me-overlay", "mount", "alpha"});
    BOOST_TEST((command_line.verb == Verb::mount));
    BOOST_TEST(!command_line.dry_run);
    BOOST_TEST(command_line.instance == "alpha");
    BOOST_TEST(command_line.where == "");
}

BOOST_AUTO_TEST_CASE(umount_takes_a_name) {
    const CommandLine command_line = accepted({"left4me-overlay", "umount", "alpha"});
    BOOST_TEST((command_line.verb == Verb::umount));
    BOOST_TEST(!command_line.dry_run);
    BOOST_TEST(command_line.instance == "alpha");
}

BOOST_AUTO_TEST_CASE(what_an_earlier_version_mounted_can_be_looked_at_and_taken_down) {
    BOOST_TEST(accepted({"left4me-overlay", "umount", "alpha.service"}).instance ==
               "alpha.service");
    BOOST_TEST(accepted({"left4me-overlay", "status", "a.mount"}).names.front() == "a.mount");
    const std::string problem = "an instance's name is one that does not end in .service, since "
                                "systemctl takes l4d2@alpha.service for another unit";
    BOOST_TEST(problem_of({"left4me-overlay", "mount", "alpha.service"}) == problem);
    BOOST_TEST(problem_of({"left4me-overlay", "--dry-run", "mount", "alpha.service"}) == problem);
    BOOST_TEST(problem_of({"mount.left4me", "alpha.service", "/m"}) == problem);
}

BOOST_AUTO_TEST_CASE(mount_can_be_a_dry_run) {
    const CommandLine command_line = accepted({"left4me-overlay", "--dry-run", "mount", "alpha"});
    BOOST_TEST((command_line.verb == Verb::mount));
    BOOST_TEST(command_line.dry_run);
    BOOST_TEST(command_line.instance == "alpha");
}

BOOST_AUTO_TEST_CASE(status_takes_any_number_of_names) {
    using Names = std::vector<std::string>;
    const auto expect = [](const Words& arguments, const Names& names, bool json) {
        const CommandLine command_line = accepted(arguments);
        BOOST_TEST((command_line.verb == Verb::status));
        BOOST_TEST(command_line.names == names, boost::test_tools::per_element());
        BOOST_TEST(command_line.json == json);
        BOOST_TEST(command_line.instance == "");
    };
    expect({"left4me-overlay", "status"}, {}, false);
    expect({"left4me-overlay", "status", "b", "a", "b"}, {"b", "a", "b"}, false);
    expect({"left4me-overlay", "status", "--json"}, {}, true);
    expect({"left4me-overlay", "status", "a", "--json", "b"}, {"a", "b"}, true);
}

BOOST_AUTO_TEST_CASE(help_and_version_stand_alone) {
    BOOST_TEST((accepted({"left4me-overlay", "--help"}).verb == Verb::help));
    BOOST_TEST((accepted({"left4me-overlay", "--version"}).verb == Verb::version));
}

BOOST_AUTO_TEST_CASE(the_program_may_be_called_by_any_path) {
    BOOST_TEST(accepted({"/usr/libexec/left4me/left4me-overlay", "mount", "a"}).where == "");
    BOOST_TEST(accepted({"/usr/sbin/mount.left4me", "a", "/m"}).where == "/m");
    BOOST_TEST(accepted({"/x/mount.left4me/left4me-overlay", "mount", "a"}).where == "");
}

BOOST_AUTO_TEST_CASE(the_overlay_program_refuses_everything_else) {
    expect_refused("left4me-overlay",
                   {
                       {{}, verb_and_name},
                       {{"mount"}, verb_and_name},
                       {{"umount"}, verb_and_name},
                       {{"alpha"}, verb_and_name},
                       {{"mount", "alpha", "beta"}, verb_and_name},
                       {{"--dry-run"}, verb_and_name},
                       {{"--dry-run", "mount"}, verb_and_name},
                       {{"mount", "alpha", "--dry-run"}, verb_and_name},
                       {{"--dry-run", "mount", "a", "b"}, verb_and_name},
                       {{"--help", "mount", "a"}, verb_and_name},
                       {{"--dry-run", "--help"}, verb_and_name},
                       {{"remount", "alpha"}, "unknown verb remount"},
                       {{"Mount", "alpha"}, "unknown verb Mount"},
                       {{"", "alpha"}, "unknown verb "},
                       {{"--help", "alpha"}, "unknown verb --help"},
                       {{"--dry-run", "umount", "a"}, "unknown verb umount"},
                       {{"--dry-run", "--dry-run", "a"}, "unknown verb --dry-run"},
                       {{"mount", ""}, bad_name},
                       {{"mount", "../alpha"}, bad_name},
                       {{"umount", "a/b"}, bad_name},
                       {{"mount", "-a"}, bad_name},
                       {{"--dry-run", "mount", "a b"}, bad_name},
                       {{"--dry-run", "status", "a"}, "unknown verb status"},
                       {{"--json", "status"}, "unknown verb --json"},
                       {{"mount", "--json"}, bad_name},
                       {{"status", "--all"}, "unknown option --all"},
                       {{"status", "--"}, "unknown option --"},
                       {{"status", "a", ""}, bad_name},
                       {{"status", "../a"}, bad_name},
                   });
}

BOOST_AUTO_TEST_CASE(the_mount_helper_takes_a_name_and_a_mount_point) {
    const CommandLine command_line = accepted({"mount.left4me", "alpha", "/srv/merged"});
    BOOST_TEST((command_line.verb == Verb::mount));
    BOOST_TEST(!command_line.dry_run);
    BOOST_TEST(command_line.instance == "alpha");
    BOOST_TEST(command_line.where == "/srv/merged");
}

BOOST_AUTO_TEST_CASE(the_mount_helper_takes_a_name_that_mount_made_a_path_of) {
    const CommandLine command_line =
        accepted({"mount.left4me", "/usr/bin", "/srv/runtime/bin/merged"});
    BOOST_TEST(command_line.instance == "bin");
    BOOST_TEST(command_line.where == "/srv/runtime/bin/merged");
    expect_refused("mount.left4me", {{{"/tmp", "/tmp"}, bad_name},
                                     {{"/tmp", "/merged"}, bad_name},
                                     {{"/tmp", "/srv/-/merged"}, bad_name}});
}

BOOST_AUTO_TEST_CASE(the_mount_helper_takes_the_options_of_mount_that_change_nothing) {
    for (const char* const options : {"rw", "defaults", "nofail", "_netdev", "noauto", "",
                                      "rw,nofail", "x-systemd.automount", "rw,x-a=b,x-c"})
        BOOST_TEST_CONTEXT(options) {
            const CommandLine command_line =
                accepted({"mount.left4me", "alpha", "/m", "-o", options});
            BOOST_TEST(command_line.instance == "alpha");
            BOOST_TEST(command_line.where == "/m");
        }
    BOOST_TEST(accepted({"mount.left4me", "-s", "-n", "-v", "alpha", "/m"}).where == "/m");
    BOOST_TEST(accepted({"mount.left4me", "-o", "rw", "alpha", "-n", "/m"}).where == "/m");
}

BOOST_AUTO_TEST_CASE(a_fake_mount_is_a_dry_run) {
    BOOST_TEST(accepted({"mount.left4me", "alpha", "/m", "-f"}).dry_run);
    BOOST_TEST(!accepted({"mount.left4me", "alpha", "/m", "-v"}).dry_run);
}

BOOST_AUTO_TEST_CASE(the_mount_helper_refuses_everything_else) {
    expect_refused("mount.left4me", {
                                        {{}, name_and_mount_point},
                                        {{"alpha"}, name_and_mount_point},
                                        {{"alpha", "/m", "/n"}, name_and_mount_point},
                                        {{"-o", "rw"}, name_and_mount_point},
                                        {{"alpha", "/m", "-o", "ro"}, fixed_options},
                                        {{"alpha", "/m", "-o", "rw,suid"}, fixed_options},
                                        {{"alpha", "/m", "-o", "lowerdir=/etc"}, fixed_options},
                                        {{"alpha", "/m", "-o", "rw,,nofail"}, fixed_options},
                                        {{"alpha", "/m", "-o", "x"}, fixed_options},
                                        {{"alpha", "/m", "-o", "remount"}, fixed_options},
                                        {{"alpha", "/m", "-o"}, "unknown option -o"},
                                        {{"alpha", "/m", "-t", "x"}, "unknown option -t"},
                                        {{"alpha", "/m", "--dry-run"}, "unknown option --dry-run"},
                                        {{"--help"}, "unknown option --help"},
                                        {{"-", "/m"}, "unknown option -"},
                                        {{"", "/m"}, bad_name},
                                        {{"a/b", "/m"}, bad_name},
                                        {{".hidden", "/m"}, bad_name},
                                    });
}

BOOST_AUTO_TEST_CASE(a_program_without_a_name_of_its_own_is_refused) {
    BOOST_TEST(problem_of({}) == "it was called without a name of its own");
}

BOOST_AUTO_TEST_CASE(the_usage_names_every_form) {
    const std::string text = usage();
    for (const char* const form :
         {"left4me-overlay mount NAME", "left4me-overlay umount NAME",
          "left4me-overlay status [NAME...] [--json]", "left4me-overlay --dry-run mount NAME",
          "mount.left4me NAME WHERE [-o OPTIONS]"})
        BOOST_TEST_CONTEXT(form)
    BOOST_TEST(text.find(form) != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
