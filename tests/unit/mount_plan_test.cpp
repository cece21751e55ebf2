#include "generator/overlay/mount_plan.hpp"
#include "generator/overlay/overlay_options.hpp"

#include <boost/test/unit_test.hpp>
#include <map>

using namespace left4me;

namespace {

constexpr MountUsers users = {.runtime = {980, 981}, .sandbox = {990, 991}};

HostConfiguration host() {
    HostConfiguration configuration;
    configuration.root = "/srv";
    return configuration;
}

Instance alpha() {
    Instance instance;
    instance.name = "alpha";
    return instance;
}

MountPlan plan_of(const std::vector<ObservedLayer>& layers) {
    return plan_mount(alpha(), host(), layers, users);
}

} // namespace

BOOST_AUTO_TEST_SUITE(mount_plan)

BOOST_AUTO_TEST_CASE(the_source_of_an_overlay_names_its_instance) {
    BOOST_TEST(overlay_source("my-inst") == "left4me:my-inst");
}

BOOST_AUTO_TEST_CASE(a_plan_has_the_instance_its_directory_and_both_users) {
    const MountPlan plan = plan_of({});
    BOOST_TEST(plan.instance == "alpha");
    BOOST_TEST(plan.directory == "/srv/runtime/alpha");
    BOOST_TEST((plan.users == users));
}

BOOST_AUTO_TEST_CASE(layers_keep_their_order_and_identity) {
    const MountPlan plan =
        plan_of({{"/srv/overlays/b", 0, 7, 70}, {"/srv/installation", 0, 8, 80}});
    BOOST_REQUIRE(plan.layers.size() == 2U);
    BOOST_TEST((plan.layers[0] == PlannedLayer{"/srv/overlays/b", 7, 70, false}));
    BOOST_TEST((plan.layers[1] == PlannedLayer{"/srv/installation", 8, 80, false}));
}

BOOST_AUTO_TEST_CASE(only_a_layer_of_the_sandbox_user_is_idmapped) {
    const MountPlan plan = plan_of({{"/a", users.sandbox.uid, 1, 1},
                                    {"/b", users.runtime.uid, 1, 2},
                                    {"/c", 0, 1, 3},
                                    {"/d", users.sandbox.gid, 1, 4},
                                    {"/e", users.sandbox.uid, 1, 5}});
    BOOST_REQUIRE(plan.layers.size() == 5U);
    BOOST_TEST(plan.layers[0].idmapped);
    BOOST_TEST(!plan.layers[1].idmapped);
    BOOST_TEST(!plan.layers[2].idmapped);
    BOOST_TEST(!plan.layers[3].idmapped);
    BOOST_TEST(plan.layers[4].idmapped);
}

BOOST_AUTO_TEST_CASE(plans_differ_in_whatever_makes_the_overlay_another) {
    const std::vector<ObservedLayer> layers = {{"/a", 0, 1, 1}, {"/b", 0, 1, 2}};
    const MountPlan plan = plan_of(layers);
    BOOST_TEST((plan == plan_of(layers)));
    BOOST_TEST((plan != plan_of({layers[1], layers[0]})));
    BOOST_TEST((plan != plan_of({layers[0]})));
    BOOST_TEST((plan != plan_of({layers[0], {"/b", 0, 1, 3}})));
    BOOST_TEST((plan != plan_of({layers[0], {"/b", 0, 2, 2}})));
    BOOST_TEST((plan != plan_of({layers[0], {"/b", users.sandbox.uid, 1, 2}})));
    BOOST_TEST((plan != plan_mount(alpha(), host(), layers, {{1, 981}, users.sandbox})));
    BOOST_TEST((plan != plan_mount(alpha(), host(), layers, {{980, 1}, users.sandbox})));
    BOOST_TEST((plan != plan_mount(alpha(), host(), layers, {users.runtime, {990, 1}})));
    BOOST_TEST((plan != plan_mount(alpha(), HostConfiguration(), layers, users)));
}

BOOST_AUTO_TEST_CASE(layers_that_are_different_directories_have_no_problem) {
    BOOST_TEST(!objection_to_plan(plan_of({{"/a", 0, 1, 1}, {"/b", 0, 1, 2}, {"/c", 0, 2, 1}})));
    BOOST_TEST(!objection_to_plan(plan_of({})));
}

BOOST_AUTO_TEST_CASE(two_paths_to_one_directory_are_a_problem) {
    const auto problem =
        objection_to_plan(plan_of({{"/a", 0, 1, 1}, {"/b", 0, 1, 2}, {"/c\n", 0, 1, 1}}));
    BOOST_TEST(to_string(problem.value()) ==
               "the layers '/a' and '/c\\x0a' are one directory: remove one of them");
}

BOOST_AUTO_TEST_CASE(an_upper_inside_a_layer_is_a_problem) {
    for (const std::string layer : {"/", "/srv", "/srv/runtime", "/srv/runtime/alpha"})
        BOOST_TEST_CONTEXT(layer)
    BOOST_TEST(to_string(objection_to_plan(plan_of({{"/a", 0, 1, 1}, {layer, 0, 1, 2}})).value()) ==
               "/srv/runtime/alpha lies inside the layer '" + layer +
                   "': take the layer out of L4D2_LOWERDIRS");
    BOOST_TEST(!objection_to_plan(plan_of({{"/srv/runtime/alph", 0, 1, 1}})));
    BOOST_TEST(!objection_to_plan(plan_of({{"/srv/runtime/beta", 0, 1, 1}})));
}

BOOST_AUTO_TEST_CASE(the_options_that_keep_offline_changes_safe_are_pinned) {
    const std::map<std::string, std::string> options(overlay_options.begin(),
                                                     overlay_options.end());
    const std::map<std::string, std::string> pinned = {{"index", "off"},
                                                       {"metacopy", "off"},
                                                       {"xino", "off"},
                                                       {"redirect_dir", "nofollow"},
                                                       {"nfs_export", "off"}};
    BOOST_TEST((options == pinned));
}

BOOST_AUTO_TEST_CASE(a_plan_is_described_line_by_line) {
    BOOST_TEST(describe(plan_of({{"/srv/overlays/a", users.sandbox.uid, 1, 1},
                                 {"/srv/installation", 0, 1, 2}})) ==
               "instance  alpha\n"
               "layer     /srv/overlays/a (idmapped: uid 990 and 980 swapped, gid 991 and 981 "
               "swapped)\n"
               "layer     /srv/installation\n"
               "upper     /srv/runtime/alpha/upper\n"
               "work      /srv/runtime/alpha/work\n"
               "merged    /srv/runtime/alpha/merged\n"
               "source    left4me:alpha\n"
               "options   nosuid,nodev,index=off,metacopy=off,xino=off,redirect_dir=nofollow,"
               "nfs_export=off\n"
               "way       descriptors\n");
}

BOOST_AUTO_TEST_CASE(a_description_has_no_control_characters_but_its_newlines) {
    BOOST_TEST(describe(plan_of({{"/srv/a\n\x1b", 0, 1, 1}}))
                   .starts_with("instance  alpha\nlayer     /srv/a\\x0a\\x1b\nupper "));
}

BOOST_AUTO_TEST_CASE(a_description_ends_with_the_way) {
    MountPlan staged = plan_of({{"/srv/installation", 0, 1, 2}});
    staged.way = MountWay::staged;
    BOOST_TEST(describe(staged).ends_with("way       staged\n"));
}

BOOST_AUTO_TEST_SUITE_END()
