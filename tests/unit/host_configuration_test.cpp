#include "instance/host_configuration.hpp"

#include "diagnostic_text.hpp"

#include <boost/test/unit_test.hpp>

using namespace left4me;

namespace {

HostConfiguration resolved(std::initializer_list<std::string_view> files) {
    HostSettings settings;
    for (const std::string_view text : files)
        settings.merge(text, "conf");
    const auto configuration = settings.resolve();
    BOOST_TEST(text_of(settings.diagnostics()) == std::vector<std::string>(),
               boost::test_tools::per_element());
    BOOST_REQUIRE(configuration.has_value());
    return *configuration;
}

/// What resolving `text` reports; nothing may be resolved when that has an error.
std::vector<std::string> problems_of(std::string_view text) {
    HostSettings settings;
    settings.merge(text, "conf");
    const bool usable = settings.resolve().has_value();
    BOOST_TEST(usable == !has_errors(settings.diagnostics()));
    return text_of(settings.diagnostics());
}

void expect_problem(std::string_view text, const std::string& line) {
    BOOST_TEST(problems_of(text) == std::vector<std::string>{line},
               boost::test_tools::per_element());
}

std::vector<std::string> text_of_roots(const HostConfiguration& configuration) {
    std::vector<std::string> lines;
    for (const LayerRoot& root : configuration.layer_roots)
        lines.push_back(root.path + (root.is_layer ? "" : "/*"));
    return lines;
}

} // namespace

BOOST_AUTO_TEST_SUITE(host_configuration)

BOOST_AUTO_TEST_CASE(without_a_file_everything_has_its_default) {
    const HostConfiguration configuration = resolved({});
    BOOST_TEST(configuration.root == "/var/lib/left4me");
    BOOST_TEST(
        configuration.instance_directories ==
            (std::vector<std::string>{"/etc/left4me/instances", "/var/lib/left4me/instances"}),
        boost::test_tools::per_element());
    BOOST_TEST(text_of_roots(configuration) ==
                   (std::vector<std::string>{"/var/lib/left4me/installation",
                                             "/var/lib/left4me/overlays/*",
                                             "/var/lib/left4me/global_overlay_cache/*",
                                             "/var/lib/left4me/workshop_cache/*"}),
               boost::test_tools::per_element());
    BOOST_TEST(configuration.runtime_user == "left4me");
    BOOST_TEST(configuration.sandbox_user == "l4d2-sandbox");
    BOOST_TEST(configuration.start_limit_interval == "60s");
    BOOST_TEST(configuration.start_limit_burst == 5U);
}

BOOST_AUTO_TEST_CASE(relative_directories_follow_the_root) {
    const HostConfiguration configuration = resolved(
        {"[Paths]\nRoot=/srv/l4d2/\nInstanceDirectories=a:/b\nLayerRoots=game:/mnt/x/*\n"});
    BOOST_TEST(configuration.root == "/srv/l4d2");
    BOOST_TEST(configuration.instance_directories ==
                   (std::vector<std::string>{"/srv/l4d2/a", "/b"}),
               boost::test_tools::per_element());
    BOOST_TEST(text_of_roots(configuration) ==
                   (std::vector<std::string>{"/srv/l4d2/game", "/mnt/x/*"}),
               boost::test_tools::per_element());
    BOOST_TEST(configuration.runtime_directory("alpha") == "/srv/l4d2/runtime/alpha");
    BOOST_TEST(configuration.merged_directory("alpha") == "/srv/l4d2/runtime/alpha/merged");
}

BOOST_AUTO_TEST_CASE(a_later_file_overrides_an_earlier_one) {
    const HostConfiguration configuration =
        resolved({"[Users]\nRuntimeUser=one\nSandboxUser=s\n", "[Users]\nRuntimeUser=two\n"});
    BOOST_TEST(configuration.runtime_user == "two");
    BOOST_TEST(configuration.sandbox_user == "s");
}

BOOST_AUTO_TEST_CASE(an_empty_value_goes_back_to_the_default) {
    const HostConfiguration configuration =
        resolved({"[Users]\nRuntimeUser=one\n", "[Users]\nRuntimeUser=\n"});
    BOOST_TEST(configuration.runtime_user == "left4me");
}

BOOST_AUTO_TEST_CASE(a_user_may_be_a_number) {
    BOOST_TEST(resolved({"[Users]\nRuntimeUser=1000\n"}).runtime_user == "1000");
}

BOOST_AUTO_TEST_CASE(unknown_keys_and_sections_are_warnings) {
    expect_problem("[Paths]\nRoots=/srv\n",
                   "warning conf:2: unknown key 'Roots' in section [Paths]: did you mean Root?");
    expect_problem("[Path]\nRoot=/srv\n", "warning conf:2: 'Root' stands in the unknown section "
                                          "'Path': did you mean [Paths]?");
}

BOOST_AUTO_TEST_CASE(a_root_that_cannot_be_one_is_refused) {
    for (const std::string root : {"relative", "/", "/a/../b", "/a\"b", "/a\\b", "/a'b"}) {
        BOOST_TEST_CONTEXT(root) {
            expect_problem("[Paths]\nRoot=" + root + "\n",
                           "error conf:2: Root=" + root +
                               " cannot be the state root: give an absolute path below / without "
                               "'..', quotes, backslashes or control characters");
        }
    }
}

BOOST_AUTO_TEST_CASE(lists_of_paths_are_checked) {
    expect_problem("[Paths]\nLayerRoots=a::b\n",
                   "error conf:2: an empty element between colons: separate paths with single "
                   "colons, '\\:' is a colon");
    expect_problem("[Paths]\nLayerRoots=a/../b\n",
                   "error conf:2: the path 'a/../b' has a '..': write the path without it");
    expect_problem("[Paths]\nInstanceDirectories=a\"b\n",
                   "error conf:2: the path 'a\"b' has quotes, backslashes or control characters: "
                   "choose another directory");
}

BOOST_AUTO_TEST_CASE(users_are_checked) {
    for (const std::string user :
         {"-x", ".x", "a b", "a:b", "%u", "abcdefghijabcdefghijabcdefghijab"}) {
        BOOST_TEST_CONTEXT(user) {
            expect_problem("[Users]\nSandboxUser=" + user + "\n",
                           "error conf:2: SandboxUser='" + user +
                               "' is no user: give a user's name or number");
        }
    }
    expect_problem(
        "[Users]\nSandboxUser=left4me\n",
        "error conf:2: SandboxUser= and RuntimeUser= are the same user: give the sandbox "
        "a user of its own");
}

BOOST_AUTO_TEST_CASE(the_start_limit_is_checked) {
    expect_problem("[Servers]\nStartLimitIntervalSec=soon\n",
                   "error conf:2: StartLimitIntervalSec='soon' is no time span: write it as "
                   "systemd.time(7) does, for example 60s");
    for (const std::string burst : {"five", "-1", "5x", "99999999999"}) {
        BOOST_TEST_CONTEXT(burst) {
            expect_problem("[Servers]\nStartLimitBurst=" + burst + "\n",
                           "error conf:2: StartLimitBurst='" + burst +
                               "' is no number: give the number of starts, 0 for no limit");
        }
    }
    BOOST_TEST(resolved({"[Servers]\nStartLimitBurst=0\n"}).start_limit_burst == 0U);
}

BOOST_AUTO_TEST_CASE(all_problems_are_reported_at_once) {
    BOOST_TEST(
        problems_of("[Paths]\nRoot=x\n[Users]\nRuntimeUser=-\n[Servers]\nStartLimitBurst=x\n")
            .size() == 3U);
}

BOOST_AUTO_TEST_SUITE_END()
