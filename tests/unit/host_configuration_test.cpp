#include "generator/instance/host_configuration.hpp"

#include "diagnostic_text.hpp"

#include <boost/test/unit_test.hpp>

using namespace left4me;
using namespace std::chrono_literals;

namespace {

const std::string awkward =
    "quotes, backslashes, control characters, a blank at the end or bytes that are not UTF-8";

using Lines = std::vector<std::string>;

struct File {
    std::string_view text;
    std::string_view name;
};

/// The layer roots as left4me.conf writes them.
Lines text_of(const std::vector<LayerRoot>& roots) {
    Lines lines;
    for (const LayerRoot& root : roots)
        lines.push_back(root.path + (root.is_layer ? "" : "/*"));
    return lines;
}

HostConfiguration resolved(const std::vector<File>& files) {
    HostSettings settings;
    for (const File& file : files)
        settings.merge(file.text, file.name);
    const auto configuration = settings.resolve();
    BOOST_TEST(left4me::text_of(settings.diagnostics()) == Lines(),
               boost::test_tools::per_element());
    BOOST_REQUIRE(configuration.has_value());
    return *configuration;
}

HostConfiguration resolved(std::string_view text) {
    return resolved({{text, "f.conf"}});
}

void expect_unusable(std::string_view text, const Lines& diagnostics) {
    BOOST_TEST_CONTEXT(text) {
        HostSettings settings;
        settings.merge(text, "f.conf");
        BOOST_TEST(!settings.resolve().has_value());
        BOOST_TEST(left4me::text_of(settings.diagnostics()) == diagnostics,
                   boost::test_tools::per_element());
    }
}

void expect_warned(std::string_view text, const Lines& diagnostics) {
    BOOST_TEST_CONTEXT(text) {
        HostSettings settings;
        settings.merge(text, "f.conf");
        BOOST_TEST(settings.resolve().has_value());
        BOOST_TEST(left4me::text_of(settings.diagnostics()) == diagnostics,
                   boost::test_tools::per_element());
    }
}

void expect_defaults(const HostConfiguration& configuration) {
    BOOST_TEST(configuration.root == "/var/lib/left4me");
    BOOST_TEST(configuration.instance_directories ==
                   (Lines{"/etc/left4me/instances", "/var/lib/left4me/instances"}),
               boost::test_tools::per_element());
    BOOST_TEST(
        text_of(configuration.layer_roots) ==
            (Lines{"/var/lib/left4me/installation", "/var/lib/left4me/overlays/*",
                   "/var/lib/left4me/global_overlay_cache/*", "/var/lib/left4me/workshop_cache/*"}),
        boost::test_tools::per_element());
    BOOST_TEST(configuration.runtime_user == "left4me");
    BOOST_TEST(configuration.sandbox_user == "l4d2-sandbox");
    BOOST_TEST(configuration.start_limit_interval == "60s");
    BOOST_TEST(configuration.start_limit_burst == 5U);
}

} // namespace

BOOST_AUTO_TEST_SUITE(host_configuration)

BOOST_AUTO_TEST_CASE(without_any_file_everything_is_at_its_default) {
    expect_defaults(resolved(std::vector<File>()));
}

BOOST_AUTO_TEST_CASE(every_setting_can_be_given) {
    const HostConfiguration configuration = resolved(
        "[Paths]\nRoot=/srv/l4d2\nInstanceDirectories=/srv/env:own\n"
        "LayerRoots=game:/mnt/addons/*\n[Users]\nRuntimeUser=games\nSandboxUser=1234\n"
        "[Servers]\nStartLimitIntervalSec=2min 30s\nStartLimitBurst=0\nMaxInstances=8192\n");
    BOOST_TEST(configuration.max_instances == 8192U);
    BOOST_TEST(configuration.root == "/srv/l4d2");
    BOOST_TEST(configuration.instance_directories == (Lines{"/srv/env", "/srv/l4d2/own"}),
               boost::test_tools::per_element());
    BOOST_TEST(text_of(configuration.layer_roots) == (Lines{"/srv/l4d2/game", "/mnt/addons/*"}),
               boost::test_tools::per_element());
    BOOST_TEST(configuration.runtime_user == "games");
    BOOST_TEST(configuration.sandbox_user == "1234");
    BOOST_TEST(configuration.start_limit_interval == "2min 30s");
    BOOST_TEST(configuration.start_limit_burst == 0U);
}

BOOST_AUTO_TEST_CASE(an_instance_has_its_directories_below_root) {
    const HostConfiguration configuration = resolved("[Paths]\nRoot=/srv/l4d2/\n");
    BOOST_TEST(configuration.runtime_directory("a-b") == "/srv/l4d2/runtime/a-b");
    BOOST_TEST(configuration.merged_directory("a-b") == "/srv/l4d2/runtime/a-b/merged");
}

BOOST_AUTO_TEST_CASE(relative_defaults_follow_root) {
    const HostConfiguration configuration = resolved("[Paths]\nRoot=/srv\n");
    BOOST_TEST(configuration.instance_directories ==
                   (Lines{"/etc/left4me/instances", "/srv/instances"}),
               boost::test_tools::per_element());
    BOOST_TEST(text_of(configuration.layer_roots).front() == "/srv/installation");
}

BOOST_AUTO_TEST_CASE(a_later_file_counts_over_an_earlier_one_key_by_key) {
    const HostConfiguration configuration =
        resolved({{"[Paths]\nRoot=/one\n[Servers]\nStartLimitBurst=1\n", "1.conf"},
                  {"[Servers]\nStartLimitBurst=2\n", "2.conf"}});
    BOOST_TEST(configuration.root == "/one");
    BOOST_TEST(configuration.start_limit_burst == 2U);
}

BOOST_AUTO_TEST_CASE(a_later_line_counts_over_an_earlier_one) {
    BOOST_TEST(resolved("[Paths]\nRoot=/one\nRoot=/two\n").root == "/two");
}

BOOST_AUTO_TEST_CASE(a_list_is_replaced_and_not_appended_to) {
    const HostConfiguration configuration = resolved(
        {{"[Paths]\nLayerRoots=/a/*\n", "1.conf"}, {"[Paths]\nLayerRoots=/b/*\n", "2.conf"}});
    BOOST_TEST(text_of(configuration.layer_roots) == Lines{"/b/*"},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_empty_value_goes_back_to_the_default) {
    expect_defaults(resolved({{"[Paths]\nRoot=/x\nInstanceDirectories=/x\nLayerRoots=/x\n"
                               "[Users]\nRuntimeUser=x\nSandboxUser=y\n"
                               "[Servers]\nStartLimitIntervalSec=1s\nStartLimitBurst=1\n",
                               "1.conf"},
                              {"[Paths]\nRoot=\nInstanceDirectories=\nLayerRoots=\n"
                               "[Users]\nRuntimeUser=\nSandboxUser=\n"
                               "[Servers]\nStartLimitIntervalSec=\nStartLimitBurst=\n",
                               "2.conf"}}));
}

BOOST_AUTO_TEST_CASE(a_bad_value_that_a_later_file_replaces_does_no_harm) {
    BOOST_TEST(resolved({{"[Paths]\nRoot=nowhere\n", "1.conf"}, {"[Paths]\nRoot=/srv\n", "2.conf"}})
                   .root == "/srv");
}

BOOST_AUTO_TEST_CASE(root_must_be_an_absolute_plain_path_below_the_top) {
    const std::string remedy = " cannot be the state root: give an absolute path below / without "
                               "'..', " +
                               awkward;
    for (const std::string root :
         {"srv", "./srv", "/", "//", "/.", "/srv/..", "/a\"b", "/a'b", "/a\\b", "/a\tb", "/a\xff"})
        expect_unusable("[Paths]\nRoot=" + root + "\n",
                        {"error f.conf:2: Root=" + printable(root) + remedy});
}

BOOST_AUTO_TEST_CASE(root_is_normalised) {
    BOOST_TEST(resolved("[Paths]\nRoot=//srv/./l4d2//\n").root == "/srv/l4d2");
    BOOST_TEST(resolved("[Paths]\nRoot=/srv/two words 50%\n").root == "/srv/two words 50%");
}

BOOST_AUTO_TEST_CASE(a_path_list_with_a_bad_path_is_unusable) {
    for (const std::string key : {"InstanceDirectories", "LayerRoots"}) {
        const std::string begin = "[Paths]\n" + key + "=";
        expect_unusable(
            begin + "/a:b/../c",
            {"error f.conf:2: the path 'b/../c' has a '..': write the path without it"});
        expect_unusable(begin + "/a:b\"c", {"error f.conf:2: the path 'b\"c' has " + awkward +
                                            ": choose another directory"});
        expect_unusable(begin + "/a:b\tc", {"error f.conf:2: the path 'b\\x09c' has " + awkward +
                                            ": choose another directory"});
        expect_unusable(begin + "/a :/b", {"error f.conf:2: the path '/a ' has " + awkward +
                                           ": choose another directory"});
        expect_unusable(begin + "/a::b",
                        {"error f.conf:2: an empty element between colons: separate "
                         "paths with single colons, '\\:' is a colon"});
        expect_unusable(begin + "/a\\b",
                        {"error f.conf:2: a backslash that is neither '\\:' nor '\\\\': separate "
                         "paths with single colons, '\\:' is a colon"});
    }
}

BOOST_AUTO_TEST_CASE(a_path_in_a_list_may_hold_an_escaped_colon) {
    BOOST_TEST(text_of(resolved("[Paths]\nLayerRoots=/a\\:b/*:/c\n").layer_roots) ==
                   (Lines{"/a:b/*", "/c"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_user_is_a_name_or_a_number) {
    BOOST_TEST(resolved("[Users]\nRuntimeUser=1000\n").runtime_user == "1000");
    BOOST_TEST(resolved("[Users]\nRuntimeUser=_a-b.C9\n").runtime_user == "_a-b.C9");
    BOOST_TEST(resolved("[Users]\nRuntimeUser=" + std::string(31, 'u') + "\n").runtime_user ==
               std::string(31, 'u'));
    for (const std::string& user :
         {std::string("-a"), std::string(".a"), std::string("a b"), std::string("a%n"),
          std::string("a:b"), std::string("a/b"), std::string(32, 'u')})
        for (const std::string key : {"RuntimeUser", "SandboxUser"})
            expect_unusable("[Users]\n" + key + "=" + user + "\n",
                            {"error f.conf:2: " + key + "='" + user +
                             "' is no user: give a user's name or number"});
}

BOOST_AUTO_TEST_CASE(the_sandbox_has_a_user_of_its_own) {
    expect_unusable("[Users]\nRuntimeUser=games\nSandboxUser=games\n",
                    {"error f.conf:3: SandboxUser= and RuntimeUser= are the same user: give the "
                     "sandbox a user of its own"});
}

BOOST_AUTO_TEST_CASE(neither_user_is_root) {
    for (const std::string key : {"RuntimeUser", "SandboxUser"})
        for (const std::string user : {"root", "0", "00"})
            expect_unusable("[Users]\n" + key + "=" + user + "\n",
                            {"error f.conf:2: " + key + "=" + user +
                             " is root: give a user without rights of its own"});
}

BOOST_AUTO_TEST_CASE(a_default_user_taken_for_the_other_one_is_refused_too) {
    expect_unusable("[Users]\nSandboxUser=left4me\n",
                    {"error f.conf:2: SandboxUser= and RuntimeUser= are the same user: give the "
                     "sandbox a user of its own"});
}

BOOST_AUTO_TEST_CASE(the_start_limit_is_a_time_span_and_a_number) {
    expect_unusable("[Servers]\nStartLimitIntervalSec=soon\n",
                    {"error f.conf:2: StartLimitIntervalSec='soon' is no time span: write it as "
                     "systemd.time(7) does, for example 60s"});
    for (const std::string burst : {"many", "-1", "+1", "5x", "1.5", "4294967296", "0x10"})
        expect_unusable("[Servers]\nStartLimitBurst=" + burst + "\n",
                        {"error f.conf:2: StartLimitBurst='" + burst +
                         "' is no number: give the number of starts, 0 for no limit"});
}

BOOST_AUTO_TEST_CASE(the_instances_are_at_least_one_and_not_too_many) {
    BOOST_TEST(resolved("").max_instances == 1000U);
    BOOST_TEST(resolved("[Servers]\nMaxInstances=1\n").max_instances == 1U);
    for (const std::string most :
         {"0", "-1", "+1", "many", "10 000", "1e3", "8193", "4294967297", "99999999999999999999"})
        expect_unusable("[Servers]\nMaxInstances=" + most + "\n",
                        {"error f.conf:2: MaxInstances='" + most +
                         "' is not a number from 1 to 8192: give the number of instances that "
                         "this host may have"});
}

BOOST_AUTO_TEST_CASE(the_way_to_mount_is_left_to_the_helper_or_one_of_two) {
    BOOST_TEST(!resolved("").mount_way.has_value());
    BOOST_TEST(!resolved("[Mount]\nWay=auto\n").mount_way.has_value());
    BOOST_TEST((resolved("[Mount]\nWay=descriptors\n").mount_way == MountWay::descriptors));
    BOOST_TEST((resolved("[Mount]\nWay=staged\n").mount_way == MountWay::staged));
    expect_unusable("[Mount]\nWay=Staged\n", {"error f.conf:2: Way='Staged' is no way to mount: "
                                              "write auto, descriptors or staged"});
}

BOOST_AUTO_TEST_CASE(the_watch_asks_every_second_at_most_and_a_server_may_be_silent_for_five) {
    BOOST_TEST((resolved("").watch_interval == 10s));
    BOOST_TEST((resolved("").silence_limit == 180s));
    const HostConfiguration least = resolved("[Watch]\nIntervalSec=1\nSilentSec=5s\n");
    BOOST_TEST((least.watch_interval == 1s));
    BOOST_TEST((least.silence_limit == 5s));
    BOOST_TEST((resolved("[Watch]\nSilentSec=1min 500ms\n").silence_limit == 60500ms));
    for (const std::string span : {"0", "999ms", "often", "61", "infinity"})
        expect_unusable("[Watch]\nIntervalSec=" + span + "\n",
                        {"error f.conf:2: IntervalSec='" + span +
                         "' is not a time span from 1 s to a minute: write it as "
                         "systemd.time(7) does, for example 30s"});
    expect_unusable("[Watch]\nSilentSec=4\n",
                    {"error f.conf:2: SilentSec='4' is not a time span from 5 s to a day: write "
                     "it as systemd.time(7) does, for example 30s"});
}

BOOST_AUTO_TEST_CASE(every_error_is_reported_at_once) {
    expect_unusable(
        "[Paths]\nRoot=x\n[Users]\nRuntimeUser=a b\n[Servers]\nStartLimitBurst=x\n",
        {"error f.conf:2: Root='x' cannot be the state root: give an absolute path below "
         "/ without '..', " +
             awkward,
         "error f.conf:4: RuntimeUser='a b' is no user: give a user's name or number",
         "error f.conf:6: StartLimitBurst='x' is no number: give the number of starts, "
         "0 for no limit"});
}

BOOST_AUTO_TEST_CASE(a_value_is_blamed_on_the_file_it_comes_from) {
    HostSettings settings;
    settings.merge("[Servers]\nStartLimitBurst=3\n", "1.conf");
    settings.merge("\n\n[Servers]\nStartLimitBurst=x\n", "2.conf");
    settings.merge("[Paths]\nRoot=/srv\n", "3.conf");
    BOOST_TEST(!settings.resolve().has_value());
    BOOST_TEST(left4me::text_of(settings.diagnostics()) ==
                   Lines{"error 2.conf:4: StartLimitBurst='x' is no number: give the number of "
                         "starts, 0 for no limit"},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_line_that_inih_misreads_makes_the_whole_configuration_unusable) {
    HostSettings settings;
    settings.merge("[Paths]\nRoot=/srv ;or not\n", "1.conf");
    settings.merge("[Paths]\nRoot=/srv\n", "2.conf");
    BOOST_TEST(!settings.resolve().has_value());
    BOOST_TEST(left4me::text_of(settings.diagnostics()) ==
                   Lines{"error 1.conf:2: a comment behind a value: begin a line of its own with "
                         "'#'"},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_unknown_key_is_named_with_the_nearest_known_one) {
    expect_warned("[Paths]\nLayerRoot=/x\n[Servers]\nStartLimitIntervalSeconds=1\n",
                  {"warning f.conf:2: unknown key 'LayerRoot' in section [Paths]: did you mean "
                   "LayerRoots?",
                   "warning f.conf:4: unknown key 'StartLimitIntervalSeconds' in section "
                   "[Servers]: did you mean StartLimitIntervalSec?"});
    expect_warned("[Paths]\nroot=/x\n",
                  {"warning f.conf:2: unknown key 'root' in section [Paths]: did you mean Root?"});
}

BOOST_AUTO_TEST_CASE(a_key_in_an_unknown_section_is_named_with_the_nearest_known_one) {
    expect_warned("[Path]\nRoot=/x\n", {"warning f.conf:2: 'Root' stands in the unknown section "
                                        "'Path': did you mean [Paths]?"});
    expect_warned(
        "[Server]\nStartLimitBurst=1\n",
        {"warning f.conf:2: 'StartLimitBurst' stands in the unknown section 'Server': did "
         "you mean [Servers]?"});
}

BOOST_AUTO_TEST_CASE(a_known_key_in_the_wrong_place_changes_nothing) {
    HostSettings settings;
    settings.merge("Root=/one\n[Users]\nRoot=/two\n[Nowhere]\nRoot=/three\n", "f.conf");
    const auto configuration = settings.resolve();
    BOOST_REQUIRE(configuration.has_value());
    BOOST_TEST(configuration->root == "/var/lib/left4me");
    BOOST_TEST(settings.diagnostics().size() == 3U);
}

BOOST_AUTO_TEST_CASE(the_users_are_the_same_where_one_of_them_is_named) {
    expect_unusable("[Users]\nRuntimeUser=l4d2-sandbox\n",
                    {"error f.conf:2: SandboxUser= and RuntimeUser= are the same user: give the "
                     "sandbox a user of its own"});
}

BOOST_AUTO_TEST_CASE(what_lies_below_the_state_root_lies_below_where_its_symlinks_lead) {
    HostSettings settings;
    settings.merge("[Paths]\nRoot=/srv/left4me\n"
                   "InstanceDirectories=instances:/srv/left4me/more:/srv/left4me-too\n"
                   "LayerRoots=/srv/left4me/overlays/*:/srv/*\n",
                   "f.conf");
    const auto configuration = settings.resolve([](const std::string& named) {
        BOOST_TEST(named == "/srv/left4me");
        return StateRoot{"/mnt/disk/games", {}, {}};
    });
    BOOST_REQUIRE(configuration.has_value());
    BOOST_TEST(configuration->root == "/mnt/disk/games");
    BOOST_TEST(configuration->merged_directory("a") == "/mnt/disk/games/runtime/a/merged");
    BOOST_TEST(configuration->instance_directories ==
                   Lines({"/mnt/disk/games/instances", "/mnt/disk/games/more", "/srv/left4me-too"}),
               boost::test_tools::per_element());
    BOOST_TEST(text_of(configuration->layer_roots) ==
                   Lines({"/mnt/disk/games/overlays/*", "/srv/*"}),
               boost::test_tools::per_element());
    BOOST_TEST(configuration->resolve_path("/srv/left4me").value() == "/mnt/disk/games");
    BOOST_TEST(configuration->resolve_path("a/./b").value() == "/mnt/disk/games/a/b");
    BOOST_TEST(!configuration->resolve_path("/srv/left4me/..").has_value());
}

BOOST_AUTO_TEST_CASE(a_state_root_that_leads_nowhere_is_blamed_on_its_line) {
    HostSettings settings;
    settings.merge("[Paths]\nRoot=/srv//left4me\n", "f.conf");
    BOOST_TEST(!settings
                    .resolve([](const std::string&) {
                        return StateRoot{{}, "leads to a swamp", "name a dry place"};
                    })
                    .has_value());
    BOOST_TEST(left4me::text_of(settings.diagnostics()) ==
                   Lines{"error f.conf:2: Root=/srv/left4me leads to a swamp: name a dry place"},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(everything_below_the_top_directory_may_be_allowed) {
    const HostConfiguration configuration = resolved("[Paths]\nLayerRoots=/*\n");
    BOOST_REQUIRE(configuration.layer_roots.size() == 1U);
    BOOST_TEST(configuration.layer_roots[0].path == "/");
    BOOST_TEST(!configuration.layer_roots[0].is_layer);
}

BOOST_AUTO_TEST_SUITE_END()
