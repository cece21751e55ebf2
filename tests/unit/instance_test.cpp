#include "instance/instance.hpp"

#include "diagnostic_text.hpp"

#include <boost/test/unit_test.hpp>

using namespace left4me;

namespace {

HostConfiguration host() {
    HostConfiguration configuration;
    configuration.root = "/srv";
    configuration.layer_roots = {{"/srv/installation", true}, {"/srv/overlays", false}};
    return configuration;
}

InstanceReading read(std::string_view text) {
    return read_instance("alpha", "env", text, host());
}

Instance valid(std::string_view text) {
    const InstanceReading reading = read(text);
    BOOST_TEST(text_of(reading.diagnostics) == std::vector<std::string>(),
               boost::test_tools::per_element());
    BOOST_REQUIRE(reading.instance.has_value());
    return *reading.instance;
}

void expect(std::string_view text, const std::vector<std::string>& lines) {
    const InstanceReading reading = read(text);
    BOOST_TEST(text_of(reading.diagnostics) == lines, boost::test_tools::per_element());
    BOOST_TEST(reading.instance.has_value() == !has_errors(reading.diagnostics));
}

const std::string required = "L4D2_LOWERDIRS=installation\nL4D2_PORT=27015\n";

} // namespace

BOOST_AUTO_TEST_SUITE(instance)

BOOST_AUTO_TEST_CASE(a_minimal_file_is_an_instance) {
    const Instance instance = valid(required);
    BOOST_TEST(instance.name == "alpha");
    BOOST_TEST(instance.source == "env");
    BOOST_TEST(instance.layers == std::vector<std::string>{"/srv/installation"},
               boost::test_tools::per_element());
    BOOST_TEST(instance.layers_line == 1U);
    BOOST_TEST(instance.port == 27015);
    BOOST_TEST(instance.arguments.empty());
    BOOST_TEST(!instance.autostart);
}

BOOST_AUTO_TEST_CASE(layers_keep_their_order_and_may_be_absolute_or_have_colons) {
    const Instance instance =
        valid("L4D2_PORT=1\nL4D2_LOWERDIRS='overlays/a\\:b:/srv/overlays//c/.:overlays/d\\\\e'\n");
    BOOST_TEST(instance.layers == (std::vector<std::string>{"/srv/overlays/a:b", "/srv/overlays/c",
                                                            "/srv/overlays/d\\e"}),
               boost::test_tools::per_element());
    BOOST_TEST(instance.layers_line == 2U);
}

BOOST_AUTO_TEST_CASE(arguments_are_split_as_systemd_splits_them) {
    const Instance instance = valid(required + "L4D2_ARGS='+map c1m1 \"+hostname a b\" $X %n'\n");
    BOOST_TEST(instance.arguments ==
                   (std::vector<std::string>{"+map", "c1m1", "+hostname a b", "$X", "%n"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(autostart_takes_systemds_booleans) {
    BOOST_TEST(valid(required + "L4D2_AUTOSTART=yes\n").autostart);
    BOOST_TEST(valid(required + "L4D2_AUTOSTART=On\n").autostart);
    BOOST_TEST(!valid(required + "L4D2_AUTOSTART=0\n").autostart);
    BOOST_TEST(!valid(required + "L4D2_AUTOSTART=\n").autostart);
    expect(required + "L4D2_AUTOSTART=maybe\n",
           {"error env:3: 'maybe' is neither yes nor no: write L4D2_AUTOSTART=yes or "
            "L4D2_AUTOSTART=no"});
}

BOOST_AUTO_TEST_CASE(ports_are_1_to_65535) {
    BOOST_TEST(valid("L4D2_LOWERDIRS=installation\nL4D2_PORT=1\n").port == 1);
    BOOST_TEST(valid("L4D2_LOWERDIRS=installation\nL4D2_PORT=65535\n").port == 65535);
    for (const std::string port : {"0", "65536", "-1", "+1", "027015", "27015x", "0x6987", "1 2"}) {
        BOOST_TEST_CONTEXT(port) {
            expect("L4D2_LOWERDIRS=installation\nL4D2_PORT=" + port + "\n",
                   {"error env:2: '" + port + "' is no port: give a number from 1 to 65535"});
        }
    }
}

BOOST_AUTO_TEST_CASE(required_keys_are_missed) {
    expect("# nothing\n",
           {"error env:1: L4D2_LOWERDIRS is missing: add a line such as "
            "L4D2_LOWERDIRS=overlays/NAME:installation",
            "error env:1: L4D2_PORT is missing: add a line such as L4D2_PORT=27015"});
    expect("L4D2_LOWERDIRS=\nL4D2_PORT=\n",
           {"error env:1: L4D2_LOWERDIRS is empty: write for example "
            "L4D2_LOWERDIRS=overlays/NAME:installation",
            "error env:2: L4D2_PORT is empty: write for example L4D2_PORT=27015"});
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_read_is_not_missed_keys_too) {
    using namespace std::string_literals;
    expect("L4D2_PORT=1\n\0"s,
           {"error env:2: a NUL byte: an environment file is text: write it anew"});
}

BOOST_AUTO_TEST_CASE(the_last_assignment_counts_and_the_others_are_named) {
    expect(required + "L4D2_PORT=27016\n",
           {"warning env:2: L4D2_PORT is assigned again in line 3, which counts: remove one of "
            "them"});
    const InstanceReading reading = read("L4D2_PORT=x\n" + required);
    BOOST_REQUIRE(reading.instance.has_value());
    BOOST_TEST(reading.instance->port == 27015);
}

BOOST_AUTO_TEST_CASE(unknown_keys_are_named_with_the_nearest_known_one) {
    expect(required + "L4D2_PROT=1\nLD_PRELOAD=/evil.so\n",
           {"warning env:3: unknown key 'L4D2_PROT' is ignored: remove it, or did you mean "
            "L4D2_PORT?",
            "warning env:4: unknown key 'LD_PRELOAD' is ignored: remove it, or did you mean "
            "L4D2_PORT?"});
}

BOOST_AUTO_TEST_CASE(all_problems_of_a_file_are_reported_at_once) {
    expect(
        "L4D2_LOWERDIRS=a::../b\nL4D2_PORT=x\nL4D2_ARGS=-game x -port 1\nL4D2_AUTOSTART=x\n",
        {"error env:1: L4D2_LOWERDIRS has an empty element between colons: separate layers with "
         "single colons; '\\:' is a colon, '\\\\' a backslash",
         "error env:1: the layer '../b' has a '..': write the path without it",
         "error env:2: 'x' is no port: give a number from 1 to 65535",
         "error env:3: the argument '-game' is set for every server: remove it",
         "error env:3: the argument '-port' is set for every server: remove it and set L4D2_PORT",
         "error env:4: 'x' is neither yes nor no: write L4D2_AUTOSTART=yes or "
         "L4D2_AUTOSTART=no"});
}

BOOST_AUTO_TEST_CASE(control_characters_are_refused_where_a_value_is_used) {
    expect("L4D2_PORT=1\nL4D2_LOWERDIRS='overlays/a\nExecStart=/evil'\n",
           {"error env:2: the layer 'overlays/a\\x0aExecStart=/evil' has a control character: "
            "rename the directory"});
    expect(
        required + "L4D2_ARGS='\"a\nExecStart=/evil\"'\n",
        {"error env:3: the argument 'a\\x0aExecStart=/evil' has a control character: remove it"});
}

BOOST_AUTO_TEST_CASE(the_hosts_layer_policy_is_an_error_in_the_instances_file) {
    const Instance instance = valid("L4D2_PORT=1\nL4D2_LOWERDIRS=/etc:installation\n");
    BOOST_TEST(text_of(check_layer_policy(instance, host())) ==
                   std::vector<std::string>{
                       "error env:2: the layer '/etc' is outside the allowed directories: use one "
                       "below /srv/installation, /srv/overlays/*, or add its directory to "
                       "LayerRoots= in left4me.conf"},
               boost::test_tools::per_element());
    BOOST_TEST(check_layer_policy(valid(required), host()).empty());
}

BOOST_AUTO_TEST_SUITE_END()
