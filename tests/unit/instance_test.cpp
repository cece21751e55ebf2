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
    BOOST_TEST((instance.health == Health::watch));
}

BOOST_AUTO_TEST_CASE(every_key_can_be_given) {
    const Instance instance = expect_warned(
        R"(
L4D2_LOWERDIRS="overlays/my addons:/mnt/a\:b:installation/./"
L4D2_PORT='1'
L4D2_ARGS=+map c1m1_hotel +hostname "m"'y' $HOME
L4D2_AUTOSTART=Yes
L4D2_HEALTH=restart
)",
        {"warning f.env:4: the argument '$HOME' is passed on unexpanded: write the value itself"});
    // Inside double quotes of the file, "\:" stays as it is; the list then takes it for a colon.
    BOOST_TEST(instance.layers ==
                   (Lines{"/srv/overlays/my addons", "/mnt/a:b", "/srv/installation"}),
               boost::test_tools::per_element());
    BOOST_TEST(instance.port == 1);
    BOOST_TEST(instance.arguments == (Lines{"+map", "c1m1_hotel", "+hostname", "my", "$HOME"}),
               boost::test_tools::per_element());
    BOOST_TEST(instance.autostart);
    BOOST_TEST((instance.health == Health::restart));
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

BOOST_AUTO_TEST_CASE(health_is_one_of_three_words) {
    BOOST_TEST((valid(minimal + "L4D2_HEALTH=off\n").health == Health::off));
    BOOST_TEST((valid(minimal + "L4D2_HEALTH='watch'\n").health == Health::watch));
    BOOST_TEST((valid(minimal + "L4D2_HEALTH=\n").health == Health::watch));
    for (const std::string word : {"Restart", "yes", "off watch", "offf"})
        expect_refused(minimal + "L4D2_HEALTH=" + word + "\n",
                       {"error f.env:3: '" + word +
                        "' is neither off nor watch nor restart: write L4D2_HEALTH=watch or "
                        "L4D2_HEALTH=restart"});
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
    expect_refused("L4D2_PORT=1\nL4D2_LOWERDIRS='a\tb'\n",
                   {"error f.env:2: the layer 'a\\x09b' has a control character: rename the "
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
        {"warning f.env:2: L4D2_PORT is assigned again in line 4, which counts: remove one of them",
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

BOOST_AUTO_TEST_CASE(an_unknown_key_of_ours_is_rather_one_that_is_missing) {
    expect_refused("L4D2_LAYERS=installation\nL4D2_PORT=27015\nSERVER_NAME=x\n",
                   {"warning f.env:1: unknown key 'L4D2_LAYERS' is ignored: remove it, or did you "
                    "mean L4D2_LOWERDIRS?",
                    "error f.env:1: L4D2_LOWERDIRS is missing: add a line such as "
                    "L4D2_LOWERDIRS=overlays/NAME:installation",
                    "warning f.env:3: unknown key 'SERVER_NAME' is ignored: remove it, or did you "
                    "mean L4D2_PORT?"});
}

BOOST_AUTO_TEST_CASE(two_lists_were_meant_to_be_one) {
    expect_warned("L4D2_LOWERDIRS=overlays/a\nL4D2_PORT=27015\nL4D2_LOWERDIRS=installation\n"
                  "L4D2_ARGS=+a\nL4D2_ARGS=+b\n",
                  {"warning f.env:1: L4D2_LOWERDIRS is assigned again in line 3, which counts: "
                   "remove one of them, or write all layers in one line, with colons between them",
                   "warning f.env:4: L4D2_ARGS is assigned again in line 5, which counts: remove "
                   "one of them, or write all arguments in one line"});
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

BOOST_AUTO_TEST_CASE(no_doubt_about_arguments_repeats_a_password) {
    for (const std::string arguments :
         {"\"+rcon_password hunter2\" # note", "'+map x' '+sv_password hunter2'; # note",
          "\"+map x\" +rcon_password hunter2", "+rcon_password hunter2 # it is hunter2",
          "+rcon_password=hunter2 // note", "+rcon_password ${hunter2}", "-authkey {{hunter2}}",
          "+sv_password=$hunter2", "+sv_password `hunter2`", "+sv_password '#hunter2'",
          "'+sv_password \"hunter2\x7f\"'", "'\"+map +sv_password hunter2\x7f\"'"}) {
        const InstanceReading reading = read(minimal + "L4D2_ARGS=" + arguments + "\n");
        BOOST_TEST_CONTEXT(arguments) {
            BOOST_TEST(!reading.diagnostics.empty());
            for (const std::string& line : text_of(reading.diagnostics))
                BOOST_TEST(line.find("hunter2") == std::string::npos, line);
        }
    }
    const Lines lines =
        text_of(read(minimal + "L4D2_ARGS=\"+rcon_password x\" # note\n").diagnostics);
    BOOST_TEST(lines.front() ==
               "warning f.env:3: what stands behind the closing quote belongs to the value of "
               "L4D2_ARGS: write a comment on a line of its own");
    BOOST_TEST(text_of(read(minimal + "L4D2_ARGS=+rcon_password x # note\n").diagnostics).front() ==
               "warning f.env:3: what looks like a comment belongs to the value of L4D2_ARGS: "
               "write a comment on a line of its own");
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
                    "error f.env:7: 'L4D2_X' is not valid UTF-8, and looks like Latin-1: save the "
                    "file as UTF-8, for example with iconv -f WINDOWS-1252 -t UTF-8 FILE > NEW",
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
    const std::string split = " is split at its blanks by srcds_run, and its quotes do nothing: "
                              "leave them out, or put a setting that needs them into a server.cfg "
                              "of a layer";
    const Instance instance = expect_warned(
        minimal + R"(L4D2_ARGS='+hostname "my server" +exec *.cfg "" +map c1m1_hotel')",
        {"warning f.env:3: the argument 'my server'" + split,
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

BOOST_AUTO_TEST_CASE(text_behind_a_closing_quote_is_warned_of_with_what_the_value_is) {
    const std::string file = minimal + "L4D2_ARGS=";
    const std::string place = "warning f.env:3: ";
    BOOST_TEST(
        expect_warned(file + R"("+map c1m1_hotel" # start map)",
                      {place + "'# start map' behind the closing quote belongs to L4D2_ARGS, "
                               "which is read as '+map c1m1_hotel# start map': write a "
                               "comment on a line of its own"})
                .arguments == (Lines{"+map", "c1m1_hotel#", "start", "map"}),
        boost::test_tools::per_element());
    expect_warned(file + R"("+map c1m1_hotel" -tickrate 100)",
                  {place +
                   "'-tickrate 100' behind the closing quote belongs to L4D2_ARGS, which is "
                   "read as '+map c1m1_hotel-tickrate 100': write all arguments inside one "
                   "pair of quotes"});
    expect_warned(file + R"('+map a' "-tickrate 100")",
                  {place +
                   "'-tickrate 100' behind the closing quote belongs to L4D2_ARGS, which is "
                   "read as '+map a-tickrate 100': write all arguments inside one pair of "
                   "quotes"});
    expect_warned(file + R"("+map c1m1_hotel";)",
                  {place + "';' behind the closing quote belongs to L4D2_ARGS, which is read as "
                           "'+map c1m1_hotel;': remove it"});
    expect_warned(file + "\"" + std::string(100, 'a') + "\" // x",
                  {place +
                   "'// x' behind the closing quote belongs to L4D2_ARGS, which is read as "
                   "'…" +
                   std::string(40, 'a') +
                   "// x': write a comment on a line of its "
                   "own"});
    BOOST_TEST(
        expect_warned("L4D2_LOWERDIRS=installation\nL4D2_PORT=\"270\" '15'\n",
                      {"warning f.env:2: '15' behind the closing quote belongs to L4D2_PORT, "
                       "which is read as '27015': write the whole value inside one pair of "
                       "quotes"})
            .port == 27015);
    expect_warned(
        "L4D2_PORT=1\nL4D2_LOWERDIRS='a' :installation",
        {"warning f.env:2: ':installation' behind the closing quote belongs to "
         "L4D2_LOWERDIRS, which is read as 'a:installation': write the whole value inside "
         "one pair of quotes"});
}

BOOST_AUTO_TEST_CASE(a_comment_behind_a_value_is_named_for_every_key) {
    const std::string remedy = ": write a comment on a line of its own";
    expect_refused("L4D2_LOWERDIRS=installation\nL4D2_PORT=27015 # main\n",
                   {"error f.env:2: '27015 # main' is no port" + remedy});
    expect_refused("L4D2_LOWERDIRS=installation\nL4D2_PORT='27015' # main\n",
                   {"error f.env:2: '27015# main' is no port" + remedy});
    expect_refused("L4D2_LOWERDIRS=installation\nL4D2_PORT=27015;\n",
                   {"error f.env:2: '27015;' is no port: remove it"});
    expect_refused(minimal + "L4D2_AUTOSTART=yes // at boot\n",
                   {"error f.env:3: 'yes // at boot' is neither yes nor no" + remedy});
    expect_warned(minimal + "L4D2_ARGS=+map c1m1_hotel # start map\n",
                  {"warning f.env:3: '# start map' belongs to the value of L4D2_ARGS and is not a "
                   "comment" +
                   remedy});
    expect_warned("L4D2_PORT=1\nL4D2_LOWERDIRS=a:installation # base\n",
                  {"warning f.env:2: '# base' belongs to the value of L4D2_LOWERDIRS and is not a "
                   "comment" +
                   remedy});
    expect_warned(
        minimal + "L4D2_ARGS=\"+map a\n# the rate\n-tickrate 100\"\n",
        {"warning f.env:3: the argument '#' does not begin a comment inside a value" + remedy});
    valid(minimal + "L4D2_ARGS=+hostname My Server #1\n");
}

BOOST_AUTO_TEST_CASE(a_list_of_layers_over_several_lines_is_told_how_it_can_be_one) {
    const Lines told = {"error f.env:2: L4D2_LOWERDIRS has a line end inside its quotes: write the "
                        "list on one line, or in double quotes with a backslash at the end of each "
                        "line and no blanks before the next"};
    for (const std::string list : {"\"overlays/a:\ninstallation\"", "'overlays/a:\n  installation'",
                                   "\"overlays/a\ninstallation\"", "'overlays/a:\r\ninstallation'",
                                   "'overlays/a:\\\ninstallation'"})
        expect_refused("L4D2_PORT=1\nL4D2_LOWERDIRS=" + list + "\n", told);
    for (const std::string list :
         {"\"overlays/a:\\\ninstallation\"", "overlays/a:\\\ninstallation"})
        BOOST_TEST(valid("L4D2_PORT=1\nL4D2_LOWERDIRS=" + list).layers ==
                       (Lines{"/srv/overlays/a", "/srv/installation"}),
                   boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(blanks_beside_a_layer_belong_to_it_and_are_warned_of) {
    const std::string told = " has a blank at an end of a name: write no blanks beside colons and "
                             "slashes, nor at the beginning of a line that continues the list";
    const Instance instance =
        expect_warned("L4D2_PORT=1\nL4D2_LOWERDIRS=\"overlays/a :\\\n  installation\"",
                      {"warning f.env:2: the layer 'overlays/a '" + told,
                       "warning f.env:2: the layer '  installation'" + told});
    BOOST_TEST(instance.layers == (Lines{"/srv/overlays/a ", "/srv/  installation"}),
               boost::test_tools::per_element());
    BOOST_TEST(text_of(check_layer_policy(instance, host())) ==
                   Lines{"error f.env:2: the layer '/srv/  installation' is outside the allowed "
                         "directories: write no blanks beside colons and slashes, nor at the "
                         "beginning of a line that continues the list"},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_layer_outside_that_ends_in_a_comment_is_told_so) {
    const auto told = [](const std::string& list, const std::string& problem) {
        const InstanceReading reading = read("L4D2_PORT=1\nL4D2_LOWERDIRS=" + list);
        BOOST_REQUIRE(reading.instance.has_value());
        BOOST_TEST(text_of(check_layer_policy(*reading.instance, host())) ==
                       Lines{"error f.env:2: the layer '/srv/installation" + problem},
                   boost::test_tools::per_element());
    };
    const std::string comment =
        "' is outside the allowed directories: write a comment on a line of its own";
    told("installation # base", " # base" + comment);
    told("\"installation\" # base", "# base" + comment);
    told("installation // base", " / base" + comment);
    told("installation;", ";' is outside the allowed directories: remove it");
}

BOOST_AUTO_TEST_CASE(what_looks_as_if_it_were_replaced_is_warned_of) {
    const std::string passed = " is passed on unexpanded: write the value itself";
    const Instance instance = expect_warned(
        minimal + "L4D2_ARGS='+map ${defaultmap} +sv_tags {{SERVER_NAME}} %i $(hostname)'\n",
        {"warning f.env:3: the argument '${defaultmap}'" + passed,
         "warning f.env:3: the argument '{{SERVER_NAME}}'" + passed,
         "warning f.env:3: the argument '%i'" + passed,
         "warning f.env:3: the argument '$(hostname)'" + passed});
    BOOST_TEST(instance.arguments == (Lines{"+map", "${defaultmap}", "+sv_tags", "{{SERVER_NAME}}",
                                            "%i", "$(hostname)"}),
               boost::test_tools::per_element());
    const std::string is_path = " is taken unexpanded: write the path itself";
    for (const std::string layer : {"overlays/$MAP", "~/addons", "overlays/*", "/srv/%H"})
        expect_warned("L4D2_PORT=1\nL4D2_LOWERDIRS=" + layer,
                      {"warning f.env:2: the layer '" + layer + "'" + is_path});
}

BOOST_AUTO_TEST_CASE(letters_that_only_look_like_those_of_a_key_are_pointed_out) {
    expect_warned(minimal + "L4D2_P\u041eRT=1\n",
                  {"warning f.env:3: unknown key 'L4D2_P\u041eRT', which has characters beyond "
                   "ASCII, is ignored: remove it, or did you mean L4D2_PORT?"});
}

const std::string marked = "the file begins with a byte order mark, and so its first line is "
                           "ignored: save it as UTF-8 without one, for example with sed -i "
                           "'1s/^\\xef\\xbb\\xbf//' FILE";

BOOST_AUTO_TEST_CASE(a_byte_order_mark_is_the_only_thing_said_of_what_it_causes) {
    expect_refused("\ufeff" + minimal, {"error f.env:1: " + marked});
    expect_warned("\ufeff# mine\n" + minimal, {"warning f.env:1: " + marked});
    BOOST_TEST(expect_warned("\ufeffL4D2_ARGS=+map a\n" + minimal, {"warning f.env:1: " + marked})
                   .arguments.empty());
    expect_refused("\ufeff" + minimal + "L4D2_AUTOSTART=perhaps\n",
                   {"error f.env:1: " + marked,
                    "error f.env:3: 'perhaps' is neither yes nor no: write L4D2_AUTOSTART=yes or "
                    "L4D2_AUTOSTART=no"});
}

BOOST_AUTO_TEST_CASE(windows_line_ends_are_named_where_they_do_harm) {
    const std::string crlf = "a backslash before a Windows line end (CR LF) does not join the "
                             "lines: save the file with Unix line ends, for example with sed -i "
                             "'s/\\r$//' FILE";
    BOOST_TEST(valid("# mine\r\nL4D2_LOWERDIRS=installation\r\nL4D2_PORT=\"1\"\r\n").port == 1);
    BOOST_TEST(expect_warned("L4D2_LOWERDIRS=installation\r\nL4D2_PORT=1\r\n"
                             "L4D2_ARGS=+map a \\\r\n-tickrate 100\r\n",
                             {"warning f.env:3: " + crlf})
                       .arguments == (Lines{"+map", "a"}),
               boost::test_tools::per_element());
    expect_refused("L4D2_PORT=1\r\nL4D2_LOWERDIRS=overlays/a:\\\r\ninstallation\r\n",
                   {"error f.env:2: " + crlf});
    expect_refused("L4D2_PORT=1\r\nL4D2_LOWERDIRS=\"overlays/a:\\\r\ninstallation\"\r\n",
                   {"error f.env:2: " + crlf});
    expect_refused("\ufeffL4D2_LOWERDIRS=overlays/a:\\\r\ninstallation\r\nL4D2_PORT=1\r\n",
                   {"error f.env:1: " + marked, "error f.env:1: " + crlf});
}

BOOST_AUTO_TEST_CASE(lines_that_end_in_cr_alone_are_named) {
    const std::string mac =
        "the lines of the file end in CR, as on old Macs, and count as one: "
        "save it with Unix line ends, for example with sed -i 's/\\r/\\n/g' FILE";
    expect_warned("L4D2_LOWERDIRS=installation\rL4D2_PORT=1\r", {"warning f.env:1: " + mac});
    expect_refused("L4D2_LOWERDIRS=installation\rL4D2_PORT=0\r",
                   {"error f.env:1: '0' is no port: give a number from 1 to 65535",
                    "warning f.env:1: " + mac});
    expect_refused("L4D2_PORT=1\rL4D2_LOWERDIRS=\"overlays/a:\\\rinstallation\"\r",
                   {"error f.env:1: " + mac});
    valid("L4D2_LOWERDIRS=installation\r\nL4D2_PORT=1\r");
}

BOOST_AUTO_TEST_CASE(what_people_write_with_blanks_colons_and_export_stays_clear) {
    BOOST_TEST(valid("L4D2_LOWERDIRS = installation\n  L4D2_PORT\t=\t27015\n").port == 27015);
    expect_refused("L4D2_LOWERDIRS=installation\nL4D2_PORT: 27015\n",
                   {"error f.env:1: " + port_missing,
                    "warning f.env:2: 'L4D2_PORT: 27015' is no assignment: write KEY=VALUE, or "
                    "begin the line with '#'"});
    expect_refused("L4D2_LOWERDIRS=installation\nexport L4D2_PORT=27015\n",
                   {"error f.env:1: " + port_missing,
                    "warning f.env:2: unknown key 'export L4D2_PORT' is ignored: remove it, or did "
                    "you mean L4D2_PORT?"});
}

BOOST_AUTO_TEST_SUITE_END()
