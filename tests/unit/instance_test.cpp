#include "generator/instance/instance.hpp"

#include "diagnostic_text.hpp"
#include "generator/instance/instance_keys.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>

using namespace left4me;
using namespace std::string_view_literals;

namespace {

using Lines = std::vector<std::string>;

HostConfiguration host() {
    HostConfiguration configuration;
    configuration.root = "/srv";
    configuration.layer_roots = {{"/srv/installation", true}, {"/srv/overlays", false}};
    return configuration;
}

InstanceReading read(std::string_view text) {
    return read_instance("alpha", "f.env", text, host());
}

Instance valid(std::string_view text) {
    InstanceReading reading = read(text);
    BOOST_TEST(text_of(reading.diagnostics) == Lines(), boost::test_tools::per_element());
    BOOST_REQUIRE(reading.instance.has_value());
    return *std::move(reading.instance);
}

void expect_refused(std::string_view text, const Lines& diagnostics) {
    BOOST_TEST_CONTEXT(text) {
        const InstanceReading reading = read(text);
        BOOST_TEST(!reading.instance.has_value());
        BOOST_TEST(text_of(reading.diagnostics) == diagnostics, boost::test_tools::per_element());
    }
}

Instance expect_warned(std::string_view text, const Lines& diagnostics) {
    InstanceReading reading = read(text);
    BOOST_TEST(text_of(reading.diagnostics) == diagnostics, boost::test_tools::per_element());
    BOOST_REQUIRE(reading.instance.has_value());
    return *std::move(reading.instance);
}

const std::string minimal = "L4D2_LOWERDIRS=installation\nL4D2_PORT=27015\n";

const std::string layers_missing =
    "L4D2_LOWERDIRS is missing: add a line such as L4D2_LOWERDIRS=overlays/NAME:installation";
const std::string port_missing = "L4D2_PORT is missing: add a line such as L4D2_PORT=27015";

} // namespace

BOOST_AUTO_TEST_SUITE(instance)

BOOST_AUTO_TEST_CASE(layers_and_a_port_make_an_instance) {
    const Instance instance = valid("# mine\nL4D2_PORT=27015\nL4D2_LOWERDIRS=installation\n");
    BOOST_TEST(instance.name == "alpha");
    BOOST_TEST(instance.source == "f.env");
    BOOST_TEST(instance.layers == Lines{"/srv/installation"}, boost::test_tools::per_element());
    BOOST_TEST(instance.layers_line == 3U);
    BOOST_TEST(instance.port == 27015);
    BOOST_TEST(instance.port_line == 2U);
    BOOST_TEST(instance.arguments == Lines(), boost::test_tools::per_element());
    BOOST_TEST(!instance.autostart);
}

BOOST_AUTO_TEST_CASE(every_key_can_be_given) {
    const Instance instance = valid(R"(
L4D2_LOWERDIRS="overlays/my addons:/mnt/a\:b:installation/./"
L4D2_PORT='1'
L4D2_ARGS=+map c1m1_hotel +hostname "m"'y' $HOME
L4D2_AUTOSTART=Yes
)");
    // Inside double quotes of the file, "\:" stays as it is; the list then takes it for a colon.
    BOOST_TEST(instance.layers ==
                   (Lines{"/srv/overlays/my addons", "/mnt/a:b", "/srv/installation"}),
               boost::test_tools::per_element());
    BOOST_TEST(instance.port == 1);
    BOOST_TEST(instance.arguments == (Lines{"+map", "c1m1_hotel", "+hostname", "my", "$HOME"}),
               boost::test_tools::per_element());
    BOOST_TEST(instance.autostart);
}

BOOST_AUTO_TEST_CASE(a_bare_value_loses_the_backslash_before_a_colon) {
    const Instance instance = valid("L4D2_LOWERDIRS=/a\\:b\nL4D2_PORT=1\n");
    BOOST_TEST(instance.layers == (Lines{"/a", "/srv/b"}), boost::test_tools::per_element());
    BOOST_TEST(valid("L4D2_LOWERDIRS=/a\\\\:b\nL4D2_PORT=1\n").layers == Lines{"/a:b"},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(missing_keys_are_all_named) {
    expect_refused("", {"error f.env:1: " + layers_missing, "error f.env:1: " + port_missing});
    expect_refused("L4D2_PORT=1\n", {"error f.env:1: " + layers_missing});
    expect_refused("L4D2_LOWERDIRS=installation\n", {"error f.env:1: " + port_missing});
}

BOOST_AUTO_TEST_CASE(a_required_key_may_not_be_empty) {
    expect_refused("L4D2_LOWERDIRS=\nL4D2_PORT=''\n",
                   {"error f.env:1: L4D2_LOWERDIRS is empty: write for example "
                    "L4D2_LOWERDIRS=overlays/NAME:installation",
                    "error f.env:2: L4D2_PORT is empty: write for example L4D2_PORT=27015"});
}

BOOST_AUTO_TEST_CASE(an_optional_key_may_be_empty) {
    const Instance instance = valid(minimal + "L4D2_ARGS=\nL4D2_AUTOSTART=\n");
    BOOST_TEST(instance.arguments.empty());
    BOOST_TEST(!instance.autostart);
}

BOOST_AUTO_TEST_CASE(the_port_is_a_plain_number_from_1_to_65535) {
    BOOST_TEST(valid("L4D2_LOWERDIRS=installation\nL4D2_PORT=65535\n").port == 65535);
    for (const std::string port :
         {"0", "65536", "-1", "+1", "027015", "27015x", "0x69", "1 2", "$PORT", "99999999999"})
        expect_refused("L4D2_LOWERDIRS=installation\nL4D2_PORT=" + port + "\n",
                       {"error f.env:2: '" + port + "' is no port: give a number from 1 to 65535"});
}

BOOST_AUTO_TEST_CASE(autostart_is_a_boolean) {
    BOOST_TEST(valid(minimal + "L4D2_AUTOSTART=on\n").autostart);
    BOOST_TEST(!valid(minimal + "L4D2_AUTOSTART=off\n").autostart);
    expect_refused(minimal + "L4D2_AUTOSTART=maybe\n",
                   {"error f.env:3: 'maybe' is neither yes nor no: write L4D2_AUTOSTART=yes or "
                    "L4D2_AUTOSTART=no"});
}

BOOST_AUTO_TEST_CASE(a_layer_list_with_a_bad_path_is_refused) {
    const std::string colons =
        ": separate layers with single colons; '\\:' is a colon, '\\\\' a backslash";
    expect_refused("L4D2_PORT=1\nL4D2_LOWERDIRS=a::b\n",
                   {"error f.env:2: L4D2_LOWERDIRS has an empty element between colons" + colons});
    expect_refused(
        "L4D2_PORT=1\nL4D2_LOWERDIRS='a\\b'\n",
        {"error f.env:2: L4D2_LOWERDIRS has a backslash that is neither '\\:' nor '\\\\'" +
         colons});
    expect_refused("L4D2_PORT=1\nL4D2_LOWERDIRS=../x:installation:a/..\n",
                   {"error f.env:2: the layer '../x' has a '..': write the path without it",
                    "error f.env:2: the layer 'a/..' has a '..': write the path without it"});
    expect_refused("L4D2_PORT=1\nL4D2_LOWERDIRS='a\nb'\n",
                   {"error f.env:2: the layer 'a\\x0ab' has a control character: rename the "
                    "directory"});
}

BOOST_AUTO_TEST_CASE(every_forbidden_argument_is_named) {
    expect_refused(minimal + "L4D2_ARGS='-port 1 \"x -PIDFILE /y\" +map \"a\nb\"'\n",
                   {"error f.env:3: the argument '-port' is set for every server: remove it and "
                    "set L4D2_PORT",
                    "error f.env:3: the argument '-PIDFILE' would let the server run, write or "
                    "delete any file: remove it",
                    "error f.env:3: the argument 'a\\x0ab' has a control character: remove it"});
}

BOOST_AUTO_TEST_CASE(the_last_assignment_counts_and_each_earlier_one_is_warned_about) {
    const Instance instance = expect_warned(
        minimal + "L4D2_PORT=2\nL4D2_PORT=3\n",
        {"warning f.env:2: L4D2_PORT is assigned again in line 3, which counts: remove one of them",
         "warning f.env:3: L4D2_PORT is assigned again in line 4, which counts: remove one of "
         "them"});
    BOOST_TEST(instance.port == 3);
}

BOOST_AUTO_TEST_CASE(a_bad_value_that_is_assigned_again_does_no_harm) {
    const Instance instance = expect_warned(
        "L4D2_PORT=x\n" + minimal,
        {"warning f.env:1: L4D2_PORT is assigned again in line 3, which counts: remove one of "
         "them"});
    BOOST_TEST(instance.port == 27015);
}

BOOST_AUTO_TEST_CASE(an_unknown_key_is_ignored_and_the_nearest_known_one_named) {
    const Instance instance = expect_warned(
        minimal + "LD_PRELOAD=/tmp/x.so\nL4D2_ARG=-port\nl4d2_port=2\nexport L4D2_AUTOSTART=yes\n",
        {"warning f.env:3: unknown key 'LD_PRELOAD' is ignored: remove it, or did you mean "
         "L4D2_PORT?",
         "warning f.env:4: unknown key 'L4D2_ARG' is ignored: remove it, or did you mean "
         "L4D2_ARGS?",
         "warning f.env:5: unknown key 'l4d2_port' is ignored: remove it, or did you mean "
         "L4D2_PORT?",
         "warning f.env:6: unknown key 'export L4D2_AUTOSTART' is ignored: remove it, or did you "
         "mean L4D2_AUTOSTART?"});
    BOOST_TEST(instance.arguments.empty());
    BOOST_TEST(instance.port == 27015);
    BOOST_TEST(!instance.autostart);
}

BOOST_AUTO_TEST_CASE(the_address_is_all_of_them_unless_one_is_named) {
    BOOST_TEST(valid(minimal).address == "0.0.0.0");
    BOOST_TEST(valid(minimal + "L4D2_IP=\n").address == "0.0.0.0");
    BOOST_TEST(valid(minimal + "L4D2_IP=0.0.0.0\n").address == "0.0.0.0");
    BOOST_TEST(valid(minimal + "L4D2_IP='10.0.0.5'\n").address == "10.0.0.5");
    expect_refused(minimal + "L4D2_IP=localhost\n",
                   {"error f.env:3: 'localhost' is not an IPv4 address: write an IPv4 address of "
                    "this host, such as 192.0.2.10, or 0.0.0.0 for all of them"});
}

BOOST_AUTO_TEST_CASE(a_password_is_not_repeated_in_what_is_said_of_it) {
    const InstanceReading reading =
        read(minimal + "L4D2_ARGS=\"+rcon_password 'my secret*' +hostname 'my server'\"\n");
    const Lines lines = text_of(reading.diagnostics);
    BOOST_TEST(reading.instance.has_value());
    BOOST_REQUIRE(lines.size() == 2U);
    BOOST_TEST(lines[0].starts_with("warning f.env:3: everybody on this host can read what the "
                                    "argument '+rcon_password' sets"));
    BOOST_TEST(lines[1].starts_with("warning f.env:3: the argument 'my server' is split"));
}

BOOST_AUTO_TEST_CASE(all_problems_of_a_file_are_reported_at_once) {
    expect_refused("L4D2_LOWERDIRS=a:../b\nL4D2_PORT=0\nnonsense\nL4D2_ARGS=-game x\n"
                   "L4D2_AUTOSTART=perhaps\nL4D2_PROT=1\nL4D2_X=\xff\n",
                   {"error f.env:1: the layer '../b' has a '..': write the path without it",
                    "error f.env:2: '0' is no port: give a number from 1 to 65535",
                    "warning f.env:3: 'nonsense' is no assignment: write KEY=VALUE, or begin the "
                    "line with '#'",
                    "error f.env:4: the argument '-game' is set for every server: remove it",
                    "error f.env:5: 'perhaps' is neither yes nor no: write L4D2_AUTOSTART=yes or "
                    "L4D2_AUTOSTART=no",
                    "warning f.env:6: unknown key 'L4D2_PROT' is ignored: remove it, or did you "
                    "mean L4D2_PORT?",
                    "error f.env:7: 'L4D2_X' is not valid UTF-8: save the file as UTF-8",
                    "warning f.env:7: unknown key 'L4D2_X' is ignored: remove it, or did you mean "
                    "L4D2_IP?"});
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_read_at_all_misses_no_keys) {
    expect_refused("L4D2_PORT=1\n\0"sv,
                   {"error f.env:2: a NUL byte: an environment file is text: write it anew"});
}

BOOST_AUTO_TEST_CASE(the_layer_policy_names_the_line_of_the_layers) {
    const Instance instance =
        valid("L4D2_PORT=1\n\nL4D2_LOWERDIRS=overlays/a:/etc:overlays/a:overlays/a/b\n");
    BOOST_TEST(text_of(check_layer_policy(instance, host())) ==
                   (Lines{"error f.env:3: the layer '/etc' is outside the allowed directories: use "
                          "one below /srv/installation, /srv/overlays/*, or add its directory to "
                          "LayerRoots= in left4me.conf",
                          "error f.env:3: the layer '/srv/overlays/a' is listed twice: remove one "
                          "of them",
                          "error f.env:3: the layer '/srv/overlays/a/b' lies inside the layer "
                          "'/srv/overlays/a': remove one of them"}),
               boost::test_tools::per_element());
    BOOST_TEST(check_layer_policy(valid(minimal), host()).empty());
}

BOOST_AUTO_TEST_CASE(a_reading_names_its_file_whether_it_can_be_used_or_not) {
    BOOST_TEST(read(minimal).source == "f.env");
    BOOST_TEST(read("").source == "f.env");
}

BOOST_AUTO_TEST_CASE(arguments_that_the_wrapper_changes_are_listed_as_warnings) {
    const std::string remedy = ": put what it sets into a server.cfg of a layer";
    const Instance instance = expect_warned(
        minimal + R"(L4D2_ARGS='+hostname "my server" +exec *.cfg "" +map c1m1_hotel')",
        {"warning f.env:3: the argument 'my server' is split at its blanks by srcds_run" + remedy,
         "warning f.env:3: the argument '*.cfg' is replaced by srcds_run with the names of files "
         "that match it" +
             remedy,
         "warning f.env:3: the argument '' is dropped by srcds_run" + remedy});
    BOOST_TEST(instance.arguments ==
                   (Lines{"+hostname", "my server", "+exec", "*.cfg", "", "+map", "c1m1_hotel"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_file_of_nothing_but_problems_is_not_reported_without_end) {
    std::string text;
    for (int i = 0; i < 1000; ++i)
        text += "X=1\ny\n";
    const Lines lines = text_of(read(text).diagnostics);
    // Two keys are missing, and twenty of each kind of warning are shown.
    BOOST_TEST(lines.size() == 2U + 20 + 1 + 20 + 1);
    BOOST_TEST(lines[1] == "error f.env:1: " + layers_missing);
    BOOST_TEST(lines.back() == "warning f.env:42: 980 more warnings from here on are not shown: "
                               "mend those above first");
}

BOOST_AUTO_TEST_CASE(an_error_behind_many_others_still_refuses_the_file) {
    std::string text = minimal + "L4D2_ARGS=";
    for (int i = 0; i < 25; ++i)
        text += "a* ";
    text += "-gdb";
    const InstanceReading reading = read(text);
    BOOST_TEST(!reading.instance.has_value());
    const Lines lines = text_of(reading.diagnostics);
    BOOST_TEST(std::ranges::count_if(lines, [](const std::string& line) {
                   return line.starts_with("error f.env:3: the argument '-gdb' ");
               }) == 1);
    BOOST_TEST(lines.size() == 20U + 1 + 1);
}

BOOST_AUTO_TEST_CASE(no_more_layers_than_the_kernel_takes) {
    std::string list = "l0";
    for (int i = 1; i < 500; ++i)
        list += ":l" + std::to_string(i);
    BOOST_TEST(valid("L4D2_PORT=1\nL4D2_LOWERDIRS=" + list).layers.size() == 500U);
    expect_refused("L4D2_PORT=1\nL4D2_LOWERDIRS=" + list + ":l500",
                   {"error f.env:2: L4D2_LOWERDIRS lists 501 layers, and the kernel stacks 500 at "
                    "most: merge some of them into one directory"});
}

BOOST_AUTO_TEST_CASE(no_longer_path_than_the_kernel_takes) {
    const std::string start = "L4D2_PORT=1\nL4D2_LOWERDIRS=/";
    BOOST_TEST(valid(start + std::string(4094, 'l')).layers.size() == 1U);
    expect_refused(start + std::string(4095, 'l'),
                   {"error f.env:2: the layer '/" + std::string(79, 'l') +
                    "…' is longer than 4095 bytes: move the directory further up"});
}

BOOST_AUTO_TEST_CASE(a_relative_path_counts_with_the_root) {
    const std::string start = "L4D2_PORT=1\nL4D2_LOWERDIRS=";
    const std::size_t most = 4095 - std::string("/srv/").size();
    BOOST_TEST(valid(start + std::string(most, 'l')).layers.front().size() == 4095U);
    expect_refused(start + std::string(most + 1, 'l'),
                   {"error f.env:2: the layer '" + std::string(80, 'l') +
                    "…' is longer than 4095 bytes: move the directory further up"});
}

BOOST_AUTO_TEST_CASE(the_example_of_every_key_can_be_written) {
    std::string text;
    for (const InstanceKey& key : instance_keys)
        text += std::string(key.name) + "=" + std::string(key.example) + "\n";
    const Instance instance = valid(text);
    BOOST_TEST(instance.layers.size() == 2U);
    BOOST_TEST(instance.arguments.size() == 2U);
    BOOST_TEST(instance.autostart);
}

BOOST_AUTO_TEST_CASE(a_key_that_may_be_left_out_says_what_it_means_to_become_nothing) {
    for (const InstanceKey& key : instance_keys)
        BOOST_TEST(key.became_nothing.empty() == key.required);
}

BOOST_AUTO_TEST_SUITE_END()
