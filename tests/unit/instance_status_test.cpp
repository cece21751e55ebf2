#include "generator/overlay/instance_status.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <utility>
#include <vector>

using namespace left4me;

namespace {

constexpr std::uint64_t mount_id = 77;
const std::string env = "/etc/left4me/instances/alpha/instance.env";

MountPlan plan() {
    MountPlan plan;
    plan.instance = "alpha";
    plan.directory = "/srv/runtime/alpha";
    plan.layers = {{"/srv/overlays/a", 64769, 11, true}, {"/srv/installation", 64769, 12, false}};
    plan.users.runtime = {980, 981};
    plan.users.sandbox = {990, 991};
    return plan;
}

InstanceObservation not_mounted() {
    InstanceObservation found;
    found.name = "alpha";
    found.directory = "/srv/runtime/alpha";
    found.configuration = ObservedConfiguration{env, 5};
    found.plan = plan();
    return found;
}

InstanceObservation mounted() {
    InstanceObservation found = not_mounted();
    found.mount = MergedMount{MergedMount::State::ours, "overlay from left4me:alpha", mount_id};
    found.record = MountRecord{plan(), env, 5, 1767225600, mount_id, "0:45"};
    found.record->plan.way = MountWay::staged;
    found.mounted_at = "2026-01-01T01:00:00+01:00";
    found.upper = UpperSize{4096, 3};
    return found;
}

InstanceObservation drifted() {
    InstanceObservation found = mounted();
    found.plan->layers.pop_back();
    found.configuration->fingerprint = 6;
    return found;
}

InstanceObservation broken() {
    InstanceObservation found = mounted();
    found.plan.reset();
    found.configuration->fingerprint.reset();
    found.problems = {env + ":2: '0' is no port: give a number from 1 to 65535", "a\n\x1b"};
    found.warnings = {env + ":3: unknown key"};
    return found;
}

InstanceObservation retired() {
    InstanceObservation found = mounted();
    found.plan.reset();
    found.configuration.reset();
    return found;
}

InstanceObservation foreign() {
    InstanceObservation found = mounted();
    found.mount = MergedMount{MergedMount::State::foreign, "tmpfs from a\xff", mount_id};
    return found;
}

void expect_state(const InstanceObservation& found, InstanceState state,
                  ConfigurationChange configuration) {
    const InstanceStatus status = judge_instance(found);
    BOOST_TEST(static_cast<int>(status.state) == static_cast<int>(state));
    BOOST_TEST(static_cast<int>(status.configuration) == static_cast<int>(configuration));
}

constexpr const char* overlay_text =
    "layer     /srv/overlays/a (idmapped: uid 990 and 980 swapped, gid 991 and 981 swapped)\n"
    "layer     /srv/installation\n"
    "upper     /srv/runtime/alpha/upper\n"
    "work      /srv/runtime/alpha/work\n"
    "merged    /srv/runtime/alpha/merged\n"
    "source    left4me:alpha\n"
    "options   nosuid,nodev,index=off,metacopy=off,xino=off,redirect_dir=nofollow,nfs_export=off\n";

} // namespace

BOOST_AUTO_TEST_SUITE(instance_status)

BOOST_AUTO_TEST_CASE(the_state_follows_from_what_was_found) {
    using State = InstanceState;
    using Change = ConfigurationChange;
    expect_state(not_mounted(), State::not_mounted, Change::unknown);
    expect_state(mounted(), State::mounted, Change::unchanged);
    expect_state(drifted(), State::drifted, Change::changed);
    expect_state(broken(), State::broken, Change::unusable);
    expect_state(retired(), State::retired, Change::missing);
    expect_state(foreign(), State::foreign, Change::unknown);

    InstanceObservation unrecorded = mounted();
    unrecorded.record.reset();
    expect_state(unrecorded, State::unrecorded, Change::unknown);

    InstanceObservation busy = drifted();
    busy.busy = true;
    expect_state(busy, State::busy, Change::unknown);
}

BOOST_AUTO_TEST_CASE(a_record_counts_only_for_the_mount_it_was_made_of) {
    InstanceObservation found = mounted();
    found.record->mount_id = mount_id + 1;
    expect_state(found, InstanceState::unrecorded, ConfigurationChange::unknown);
    found = mounted();
    found.record->plan.instance = "beta";
    expect_state(found, InstanceState::unrecorded, ConfigurationChange::unknown);
    found = mounted();
    found.mount.reset();
    expect_state(found, InstanceState::not_mounted, ConfigurationChange::unknown);
}

BOOST_AUTO_TEST_CASE(the_way_is_no_drift) {
    InstanceObservation found = mounted();
    BOOST_TEST((found.plan->way != found.record->plan.way));
    expect_state(found, InstanceState::mounted, ConfigurationChange::unchanged);
}

BOOST_AUTO_TEST_CASE(other_text_and_another_file_are_a_changed_configuration) {
    InstanceObservation found = mounted();
    found.configuration->fingerprint = 6;
    expect_state(found, InstanceState::mounted, ConfigurationChange::changed);
    found = mounted();
    found.configuration->path = "/srv/instances/alpha/instance.env";
    expect_state(found, InstanceState::mounted, ConfigurationChange::changed);
}

BOOST_AUTO_TEST_CASE(a_mounted_instance_is_described_as_it_is_mounted) {
    BOOST_TEST(describe(judge_instance(mounted())) == "instance  alpha\n"
                                                      "state     mounted\n"
                                                      "since     2026-01-01T01:00:00+01:00\n"
                                                      "config    " +
                                                          env +
                                                          " (unchanged since)\n"
                                                          "written   4096 bytes in 3 files\n" +
                                                          overlay_text + "way       staged\n");
}

BOOST_AUTO_TEST_CASE(one_that_is_not_mounted_is_described_as_it_would_be) {
    BOOST_TEST(describe(judge_instance(not_mounted())) == "instance  alpha\n"
                                                          "state     not mounted\n"
                                                          "config    " +
                                                              env + "\n" + overlay_text +
                                                              "way       descriptors\n");
}

BOOST_AUTO_TEST_CASE(a_drifted_one_is_described_as_it_is_mounted_with_what_differs) {
    const std::string text = describe(judge_instance(drifted()));
    BOOST_TEST(text.starts_with(
        "instance  alpha\n"
        "state     drifted: mounted otherwise than it would be now; restart l4d2@alpha\n"
        "differs   /srv/installation is mounted, and listed no more\n"
        "since     2026-01-01T01:00:00+01:00\n"
        "config    " +
        env + " (changed since it was mounted)\n"));
    BOOST_TEST(text.ends_with(std::string(overlay_text) + "way       staged\n"));
}

BOOST_AUTO_TEST_CASE(a_broken_one_is_described_with_every_problem_on_a_line_of_its_own) {
    BOOST_TEST(
        describe(judge_instance(broken()))
            .starts_with("instance  alpha\n"
                         "state     broken: still mounted, but it could not be mounted again\n"
                         "problem   " +
                         env +
                         ":2: '0' is no port: give a number from 1 to 65535\n"
                         "problem   a\\x0a\\x1b\n"
                         "warning   " +
                         env +
                         ":3: unknown key\n"
                         "since     2026-01-01T01:00:00+01:00\n"
                         "config    " +
                         env + " (cannot be used)\n"));
}

BOOST_AUTO_TEST_CASE(a_retired_one_names_the_file_that_is_gone) {
    BOOST_TEST(
        describe(judge_instance(retired()))
            .starts_with(
                "instance  alpha\n"
                "state     retired: its instance.env is gone, and it is mounted; stop l4d2@alpha\n"
                "since     2026-01-01T01:00:00+01:00\n"
                "config    " +
                env + " (does not exist)\n"));
}

BOOST_AUTO_TEST_CASE(a_mount_that_nobody_can_tell_of_is_described_without_layers) {
    BOOST_TEST(describe(judge_instance(foreign())) ==
               "instance  alpha\n"
               "state     foreign: on merged is tmpfs from a\\xff, which is not this instance's: "
               "unmount it\n"
               "config    " +
                   env +
                   "\n"
                   "written   4096 bytes in 3 files\n"
                   "merged    /srv/runtime/alpha/merged\n");
}

BOOST_AUTO_TEST_CASE(of_a_busy_one_nothing_else_is_said) {
    InstanceObservation found = mounted();
    found.busy = true;
    BOOST_TEST(describe(judge_instance(found)) ==
               "instance  alpha\n"
               "state     busy: another left4me-overlay is at work on it\n");
}

BOOST_AUTO_TEST_CASE(the_json_of_no_instance_is_an_empty_list) {
    BOOST_TEST(to_json(std::vector<InstanceStatus>{}) == "{\n"
                                                         "  \"version\": 1,\n"
                                                         "  \"instances\": []\n"
                                                         "}\n");
}

BOOST_AUTO_TEST_CASE(the_fields_of_the_json_are_fixed) {
    InstanceObservation found = drifted();
    found.warnings = {"w"};
    BOOST_TEST(to_json({judge_instance(found)}) == R"({
  "version": 1,
  "instances": [
    {
      "name": "alpha",
      "state": "drifted",
      "directory": "/srv/runtime/alpha",
      "mount": {
        "id": 77,
        "description": "overlay from left4me:alpha"
      },
      "mounted_at": 1767225600,
      "mounted": {
        "layers": [
          {
            "path": "/srv/overlays/a",
            "device": 64769,
            "inode": 11,
            "id_map": {
              "swapped_uids": [
                990,
                980
              ],
              "swapped_gids": [
                991,
                981
              ]
            }
          },
          {
            "path": "/srv/installation",
            "device": 64769,
            "inode": 12,
            "id_map": null
          }
        ],
        "way": "staged"
      },
      "planned": {
        "layers": [
          {
            "path": "/srv/overlays/a",
            "device": 64769,
            "inode": 11,
            "id_map": {
              "swapped_uids": [
                990,
                980
              ],
              "swapped_gids": [
                991,
                981
              ]
            }
          }
        ],
        "way": "descriptors"
      },
      "differences": [
        {
          "kind": "layer_removed",
          "layer": "/srv/installation",
          "text": "/srv/installation is mounted, and listed no more"
        }
      ],
      "configuration": "/etc/left4me/instances/alpha/instance.env",
      "configuration_change": "changed",
      "problems": [],
      "warnings": [
        "w"
      ],
      "upper": {
        "bytes": 4096,
        "files": 3,
        "complete": true
      }
    }
  ]
}
)");
}

BOOST_AUTO_TEST_CASE(what_is_not_known_is_null_in_the_json) {
    InstanceObservation found = foreign();
    found.configuration.reset();
    found.plan.reset();
    found.upper.reset();
    BOOST_TEST(to_json({judge_instance(found)}) == R"({
  "version": 1,
  "instances": [
    {
      "name": "alpha",
      "state": "foreign",
      "directory": "/srv/runtime/alpha",
      "mount": {
        "id": 77,
        "description": "tmpfs from a)"
                                                   "\xEF\xBF\xBD"
                                                   R"("
      },
      "mounted_at": null,
      "mounted": null,
      "planned": null,
      "differences": [],
      "configuration": null,
      "configuration_change": "missing",
      "problems": [],
      "warnings": [],
      "upper": null
    }
  ]
}
)");
}

BOOST_AUTO_TEST_CASE(every_state_has_a_name_in_the_json) {
    InstanceObservation unrecorded = mounted();
    unrecorded.record.reset();
    InstanceObservation busy = mounted();
    busy.busy = true;
    for (const auto& [found, name] :
         {std::pair{not_mounted(), "not_mounted"}, std::pair{mounted(), "mounted"},
          std::pair{drifted(), "drifted"}, std::pair{broken(), "broken"},
          std::pair{retired(), "retired"}, std::pair{unrecorded, "unrecorded"},
          std::pair{foreign(), "foreign"}, std::pair{busy, "busy"}})
        BOOST_TEST_CONTEXT(name)
    BOOST_TEST(to_json({judge_instance(found)}).find("\"state\": \"" + std::string(name) + "\"") !=
               std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
