#include "generator/l4d2ctl/units/change_meaning.hpp"

#include <boost/test/unit_test.hpp>

using namespace left4me::ctl;

namespace {

using Lines = std::vector<std::string>;

constexpr const char* service = "l4d2@a.service";
constexpr const char* mount = "srv-a-merged.mount";
constexpr const char* layers_target = "l4d2-layers@a.target";

FileChange change_of(const std::string& unit, const std::string& section, const std::string& key) {
    return {FileChange::Kind::changed, unit, unit, {{section, key, {"old"}, {"new"}}}};
}

InstanceChange changed(std::vector<FileChange> files) {
    return {"a", UnitsState::usable, UnitsState::usable, std::move(files)};
}

ChangeMeaning of(const InstanceChange& change, ServerState server) {
    return meaning_of(change, {server, true, true});
}

void expect(const ChangeMeaning& meaning, bool restart, bool remount, const Lines& sentences) {
    BOOST_TEST(meaning.restart == restart);
    BOOST_TEST(meaning.remount == remount);
    BOOST_TEST(meaning.sentences == sentences, boost::test_tools::per_element());
}

} // namespace

BOOST_AUTO_TEST_SUITE(change_meaning)

BOOST_AUTO_TEST_CASE(what_a_server_was_started_with_needs_a_restart) {
    for (const char* key : {"User", "WorkingDirectory", "ExecStart", "BindPaths",
                            "BindReadOnlyPaths", "ReadWritePaths", "InaccessiblePaths"})
        expect(of(changed({change_of(service, "Service", key)}), ServerState::running), true, false,
               {"its server needs a restart: systemctl restart l4d2@a"});
}

BOOST_AUTO_TEST_CASE(what_counts_at_once_needs_none) {
    for (const auto& [section, key] :
         {std::pair{"Unit", "StartLimitBurst"}, std::pair{"Unit", "StartLimitIntervalSec"},
          std::pair{"Service", "Restart"}, std::pair{"Service", "ExecStopPost"},
          std::pair{"Unit", "SourcePath"}})
        expect(of(changed({change_of(service, section, key), change_of(mount, section, key),
                           change_of(layers_target, section, key)}),
                  ServerState::running),
               false, false, {"it counts at once; no restart is needed"});
}

BOOST_AUTO_TEST_CASE(other_layers_are_mounted_at_the_restart) {
    const auto layers = changed({change_of(mount, "Unit", "RequiresMountsFor"),
                                 change_of(layers_target, "Unit", "RequiresMountsFor")});
    expect(of(layers, ServerState::running), true, true,
           {"its server needs a restart: systemctl restart l4d2@a",
            "its mount is rebuilt at that restart"});
    expect(of(layers, ServerState::unknown), true, true,
           {"a server that runs needs a restart: systemctl restart l4d2@a",
            "its mount is rebuilt at that restart"});
    expect(of(layers, ServerState::stopped), false, false, {"it counts at the next start"});
    expect(of(changed({{FileChange::Kind::removed, mount, mount, {}}}), ServerState::running), true,
           true,
           {"its server needs a restart: systemctl restart l4d2@a",
            "its mount is rebuilt at that restart"});
}

BOOST_AUTO_TEST_CASE(a_link_of_the_target_is_about_boot_and_nothing_else) {
    FileChange link = {
        FileChange::Kind::added, "l4d2.target.wants/l4d2@a.service", "l4d2.target", {}};
    expect(of(changed({link}), ServerState::running), false, false,
           {"it is started at the next boot, or by systemctl start l4d2.target"});
    link.kind = FileChange::Kind::removed;
    expect(of(changed({link}), ServerState::stopped), false, false,
           {"it is no longer started at boot, unless systemctl enable has made it so"});
}

BOOST_AUTO_TEST_CASE(what_comes_can_be_started) {
    const InstanceChange fresh = {"a", UnitsState::none, UnitsState::usable, {}};
    const Lines start = {"it can be started: systemctl start l4d2@a"};
    expect(of(fresh, ServerState::stopped), false, false, start);
    expect(of(fresh, ServerState::unknown), false, false, start);
    const InstanceChange mended = {"a", UnitsState::unusable, UnitsState::usable, {}};
    expect(of(mended, ServerState::stopped), false, false, start);
    expect(of(mended, ServerState::running), true, false,
           {"its server needs a restart: systemctl restart l4d2@a"});
}

BOOST_AUTO_TEST_CASE(what_goes_or_breaks_runs_on_and_is_not_started_again) {
    const auto to = [](UnitsState after) {
        return InstanceChange{"a", UnitsState::usable, after, {}};
    };
    expect(of(to(UnitsState::unusable), ServerState::running), false, false,
           {"its server keeps running; it is unmounted when it stops",
            "it cannot be started until its instance.env is mended: l4d2ctl check a"});
    expect(of(to(UnitsState::unusable), ServerState::stopped), false, false,
           {"it cannot be started until its instance.env is mended: l4d2ctl check a"});
    expect(of(to(UnitsState::retired), ServerState::running), false, false,
           {"its server keeps running; it will be unmounted when it stops",
            "it cannot be started: there is no instance.env"});
    expect(of(to(UnitsState::retired), ServerState::stopped), false, false,
           {"its overlay is still mounted: /usr/libexec/left4me/left4me-overlay umount a",
            "it cannot be started: there is no instance.env"});
    expect(of(to(UnitsState::none), ServerState::stopped), false, false,
           {"it cannot be started: there is no instance.env"});
}

BOOST_AUTO_TEST_CASE(who_cannot_see_what_is_mounted_is_told_so) {
    const InstanceChange gone = {"a", UnitsState::usable, UnitsState::none, {}};
    expect(meaning_of(gone, {ServerState::unknown, false, true}), false, false,
           {"a server that runs keeps running; it is unmounted when it stops",
            "it cannot be started: there is no instance.env",
            "if it is still mounted, it is retired instead; only root can see that"});
}

BOOST_AUTO_TEST_CASE(what_is_left_out_for_its_number_has_a_file_all_the_same) {
    const std::string why = "it cannot be started: there are more instances than MaxInstances= of "
                            "left4me.conf: raise it, or remove instances";
    for (const UnitsState after : {UnitsState::none, UnitsState::retired})
        BOOST_TEST(meaning_of({"a", UnitsState::usable, after, {}},
                              {ServerState::running, true, true, true})
                       .sentences.back() == why);
}

BOOST_AUTO_TEST_CASE(without_left4me_conf_nothing_can_be_started) {
    const InstanceChange gone = {"a", UnitsState::usable, UnitsState::none, {}};
    expect(meaning_of(gone, {ServerState::running, true, false}), false, false,
           {"its server keeps running; it is unmounted when it stops",
            "it cannot be started until left4me.conf is mended"});
}

BOOST_AUTO_TEST_SUITE_END()
