#include "generator/overlay/plan_differences.hpp"

#include "generator/text/enum_words.hpp"

#include <boost/test/unit_test.hpp>
#include <functional>
#include <string>
#include <utility>
#include <vector>

using namespace left4me;

namespace {

MountPlan plan() {
    MountPlan plan;
    plan.instance = "alpha";
    plan.directory = "/srv/runtime/alpha";
    plan.layers = {{"/a", 1, 1, true}, {"/b", 1, 2, false}, {"/c", 1, 3, false}};
    plan.users.runtime = {980, 981};
    plan.users.sandbox = {990, 991};
    return plan;
}

MountPlan plan_of(const std::vector<std::string>& paths) {
    MountPlan of = plan();
    of.layers.clear();
    for (const std::string& path : paths)
        of.layers.push_back({path, 1, static_cast<unsigned char>(path.back()), false});
    return of;
}

/// KIND TEXT for each.
std::vector<std::string> differences(const MountPlan& mounted, const MountPlan& planned) {
    std::vector<std::string> texts;
    for (const PlanDifference& difference : find_differences(mounted, planned))
        texts.push_back(std::string(enum_name(difference.kind)) + " " + difference.text);
    return texts;
}

void expect(const std::vector<std::string>& found, const std::vector<std::string>& expected) {
    BOOST_TEST(found == expected, boost::test_tools::per_element());
}

} // namespace

BOOST_AUTO_TEST_SUITE(plan_differences)

BOOST_AUTO_TEST_CASE(a_plan_does_not_differ_from_itself) {
    expect(differences(plan(), plan()), {});
    expect(differences({}, {}), {});
}

BOOST_AUTO_TEST_CASE(every_field_that_makes_another_overlay_makes_a_difference) {
    const std::vector<std::pair<std::string, std::function<void(MountPlan&)>>> changes = {
        {"layer_removed /b is mounted, and listed no more",
         [](MountPlan& p) { p.layers.erase(p.layers.begin() + 1); }},
        {"layer_added /d is listed, and not mounted",
         [](MountPlan& p) {
             p.layers.insert(p.layers.begin(), {"/d", 1, 4, false});
         }},
        {"layer_replaced /b is another directory now than the one mounted",
         [](MountPlan& p) { p.layers[1].device = 2; }},
        {"layer_replaced /c is another directory now than the one mounted",
         [](MountPlan& p) { p.layers[2].inode = 4; }},
        {"id_map_changed /a is mounted idmapped, and belongs to the sandbox no more",
         [](MountPlan& p) { p.layers[0].idmapped = false; }},
        {"id_map_changed /b is mounted as it is, and belongs to the sandbox now: it would be "
         "idmapped",
         [](MountPlan& p) { p.layers[1].idmapped = true; }},
        {"runtime_user_changed the servers' user was uid 980 and gid 981, and is uid 1 and gid 981",
         [](MountPlan& p) { p.users.runtime.uid = 1; }},
        {"runtime_user_changed the servers' user was uid 980 and gid 981, and is uid 980 and gid 1",
         [](MountPlan& p) { p.users.runtime.gid = 1; }},
        {"sandbox_user_changed the sandbox's user was uid 990 and gid 991, and is uid 1 and gid "
         "991",
         [](MountPlan& p) { p.users.sandbox.uid = 1; }},
        {"sandbox_user_changed the sandbox's user was uid 990 and gid 991, and is uid 990 and gid "
         "1",
         [](MountPlan& p) { p.users.sandbox.gid = 1; }},
        {"directory_changed it was mounted for /srv/runtime/alpha, and belongs in /x",
         [](MountPlan& p) { p.directory = "/x"; }},
    };
    for (const auto& [text, change] : changes)
        BOOST_TEST_CONTEXT(text) {
            MountPlan changed = plan();
            change(changed);
            expect(differences(plan(), changed), {text});
        }
}

BOOST_AUTO_TEST_CASE(the_way_is_no_difference) {
    MountPlan staged = plan();
    staged.way = MountWay::staged;
    expect(differences(plan(), staged), {});
}

BOOST_AUTO_TEST_CASE(another_upper_or_work_is_a_difference_where_it_was_recorded) {
    MountPlan mounted = plan();
    mounted.upper = {1, 10};
    mounted.work = {1, 11};
    expect(differences(mounted, mounted), {});

    MountPlan replaced = mounted;
    replaced.upper = {1, 12};
    replaced.work = std::nullopt;
    expect(differences(mounted, replaced),
           {"upper_replaced /srv/runtime/alpha/upper is another directory now than the one mounted",
            "work_replaced /srv/runtime/alpha/work is mounted, and does not exist any more"});
    expect(differences(plan(), replaced), {});
}

BOOST_AUTO_TEST_CASE(an_overlay_that_is_read_only_differs_from_any_plan) {
    const auto found = find_differences(plan(), plan(), true);
    BOOST_REQUIRE(found.size() == 1U);
    BOOST_TEST((found[0].kind == PlanDifference::Kind::read_only));
    BOOST_TEST(found[0].text == "it is mounted read-only, so the server can write nothing");
}

BOOST_AUTO_TEST_CASE(layers_in_another_order_have_moved) {
    expect(differences(plan_of({"/a", "/b", "/c"}), plan_of({"/b", "/a", "/c"})),
           {"layer_moved /a is mounted as number 1 from the top, and listed as number 2",
            "layer_moved /b is mounted as number 2 from the top, and listed as number 1"});
}

BOOST_AUTO_TEST_CASE(layers_that_come_and_go_move_no_other) {
    expect(differences(plan_of({"/a", "/b", "/c"}), plan_of({"/x", "/b", "/y", "/c"})),
           {"layer_removed /a is mounted, and listed no more",
            "layer_added /x is listed, and not mounted",
            "layer_added /y is listed, and not mounted"});
    expect(differences(plan_of({"/a", "/b"}), plan_of({"/b", "/x", "/a"})),
           {"layer_moved /a is mounted as number 1 from the top, and listed as number 3",
            "layer_moved /b is mounted as number 2 from the top, and listed as number 1",
            "layer_added /x is listed, and not mounted"});
}

BOOST_AUTO_TEST_CASE(a_difference_names_the_layer_as_it_is_and_its_text_is_one_line) {
    const auto found = find_differences(plan_of({"/a\n\x1b"}), plan_of({}));
    BOOST_REQUIRE(found.size() == 1U);
    BOOST_TEST(found[0].layer == "/a\n\x1b");
    BOOST_TEST(found[0].text == "/a\\x0a\\x1b is mounted, and listed no more");
}

BOOST_AUTO_TEST_SUITE_END()
