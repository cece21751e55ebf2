#include "generator/l4d2ctl/units/unit_settings.hpp"

#include "generator/instance/instance.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <functional>
#include <map>
#include <set>
#include <span>

using namespace left4me;
using namespace left4me::ctl;

namespace {

/// What the units of an instance are made from.
struct Inputs {
    std::map<std::string, std::string> env = {{"L4D2_LOWERDIRS", "overlays/a:installation"},
                                              {"L4D2_PORT", "27015"},
                                              {"L4D2_ARGS", "+map x"},
                                              {"L4D2_AUTOSTART", "yes"}};
    std::map<std::string, std::string> host = {
        {"Root", "/srv"},
        {"InstanceDirectories", "/etc/left4me/instances:instances:/opt/instances:/etc/games"},
        {"RuntimeUser", "games"},
        {"StartLimitIntervalSec", "30s"},
        {"StartLimitBurst", "3"}};
    std::string name = "alpha";
    std::string source = "/opt/instances/alpha/instance.env";
};

HostConfiguration configuration_of(const Inputs& inputs) {
    HostSettings settings;
    for (const auto& [key, value] : inputs.host) {
        const auto known = std::ranges::find(host_settings, key, &HostSetting::key);
        settings.assign("f", 1, known->section, key, value);
    }
    const auto configuration = settings.resolve();
    BOOST_REQUIRE(configuration.has_value());
    return *configuration;
}

std::vector<GeneratedSetting> settings_from(const Inputs& inputs) {
    std::string text;
    for (const auto& [key, value] : inputs.env)
        text += key + "=" + value + "\n";
    const HostConfiguration configuration = configuration_of(inputs);
    const InstanceReading reading = read_instance(inputs.name, inputs.source, text, configuration);
    BOOST_REQUIRE(reading.instance.has_value());
    return settings_of(render_instance(*reading.instance, configuration));
}

using Indices = std::set<std::size_t>;
using Selects = std::function<bool(const SettingOrigins&)>;

/// The settings that are attributed to something.
Indices attributed(const Selects& selects) {
    const Inputs inputs;
    const HostConfiguration configuration = configuration_of(inputs);
    const auto settings = settings_from(inputs);
    Indices found;
    for (std::size_t i = 0; i < settings.size(); ++i)
        if (selects(origins_of(settings[i], inputs.name, configuration)))
            found.insert(i);
    return found;
}

/// The settings that are not what they were when the inputs are changed.
Indices changed(const Inputs& inputs) {
    const auto before = settings_from(Inputs());
    const auto after = settings_from(inputs);
    BOOST_REQUIRE(before.size() == after.size());
    Indices found;
    for (std::size_t i = 0; i < before.size(); ++i) {
        BOOST_REQUIRE(before[i].key == after[i].key);
        if (before[i].value != after[i].value)
            found.insert(i);
    }
    return found;
}

bool has(std::span<const std::string_view> keys, std::string_view key) {
    return std::ranges::find(keys, key) != keys.end();
}

void expect_same(const std::string& what, const Indices& found, const Indices& expected) {
    BOOST_TEST_CONTEXT(what) {
        BOOST_TEST(!expected.empty());
        BOOST_TEST(found == expected, boost::test_tools::per_element());
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(setting_origins)

BOOST_AUTO_TEST_CASE(a_key_of_instance_env_changes_exactly_what_is_attributed_to_it) {
    const std::map<std::string, std::string> others = {{"L4D2_LOWERDIRS", "overlays/b:overlays/c"},
                                                       {"L4D2_PORT", "1"},
                                                       {"L4D2_IP", "10.0.0.5"},
                                                       {"L4D2_ARGS", "+map y"},
                                                       {"L4D2_HEALTH", "off"}};
    for (const auto& [key, value] : others) {
        Inputs inputs;
        inputs.env[key] = value;
        expect_same(key, changed(inputs), attributed([&key = key](const SettingOrigins& origins) {
                        return has(origins.instance_keys, key);
                    }));
    }
}

BOOST_AUTO_TEST_CASE(every_key_of_instance_env_is_attributed_something) {
    for (const InstanceKey& key : instance_keys)
        BOOST_TEST(!attributed([&key](const SettingOrigins& origins) {
                        return has(origins.instance_keys, key.name);
                    }).empty());
}

BOOST_AUTO_TEST_CASE(autostart_makes_exactly_the_link_that_is_attributed_to_it) {
    Inputs inputs;
    inputs.env["L4D2_AUTOSTART"] = "no";
    const auto with = settings_from(Inputs());
    const auto without = settings_from(inputs);
    BOOST_REQUIRE(with.size() == without.size() + 1);
    BOOST_TEST(with.back().unit == "l4d2.target");
    expect_same("L4D2_AUTOSTART", {with.size() - 1}, attributed([](const SettingOrigins& origins) {
                    return has(origins.instance_keys, "L4D2_AUTOSTART");
                }));
}

BOOST_AUTO_TEST_CASE(a_key_of_left4me_conf_changes_exactly_what_is_attributed_to_it) {
    const std::map<std::string, std::string> others = {
        {"Root", "/var/other"},
        {"InstanceDirectories", "/etc/left4me/instances:other:/opt:/etc/other"},
        {"RuntimeUser", "players"},
        {"StartLimitIntervalSec", "1h"},
        {"StartLimitBurst", "4"}};
    for (const auto& [key, value] : others) {
        Inputs inputs;
        inputs.host[key] = value;
        expect_same(key, changed(inputs), attributed([&key = key](const SettingOrigins& origins) {
                        return has(origins.host_keys, key);
                    }));
    }
}

BOOST_AUTO_TEST_CASE(the_name_changes_exactly_what_is_attributed_to_it) {
    Inputs inputs;
    inputs.name = "beta";
    inputs.source = "/opt/instances/beta/instance.env";
    expect_same("the name", changed(inputs),
                attributed([](const SettingOrigins& origins) { return origins.name; }));
}

BOOST_AUTO_TEST_CASE(a_file_belongs_to_its_unit) {
    BOOST_TEST(unit_of_file("a-b.mount") == "a-b.mount");
    BOOST_TEST(unit_of_file("l4d2@a.b.service.d/50-left4me.conf") == "l4d2@a.b.service");
    BOOST_TEST(unit_of_file("l4d2.target.wants/l4d2@a.service") == "l4d2.target");
}

BOOST_AUTO_TEST_SUITE_END()
