#include "plan/mount_plan.hpp"

#include <boost/test/unit_test.hpp>

using namespace left4me;

namespace {

constexpr UserIds runtime{997, 987};
constexpr UserIds sandbox{996, 986};

MountPlan plan_of(const std::vector<ObservedLayer>& layers) {
    Instance instance;
    instance.name = "alpha";
    HostConfiguration configuration;
    configuration.root = "/srv";
    return plan_mount(instance, configuration, layers, runtime, sandbox);
}

} // namespace

BOOST_AUTO_TEST_SUITE(mount_plan)

BOOST_AUTO_TEST_CASE(only_layers_of_the_sandbox_are_idmapped) {
    const MountPlan plan =
        plan_of({{"/srv/a", 996, 1, 1}, {"/srv/b", 997, 1, 2}, {"/srv/c", 0, 1, 3}});
    BOOST_REQUIRE(plan.layers.size() == 3U);
    BOOST_TEST(plan.layers[0].idmapped);
    BOOST_TEST(!plan.layers[1].idmapped);
    BOOST_TEST(!plan.layers[2].idmapped);
}

BOOST_AUTO_TEST_CASE(plans_differ_when_a_layer_is_another_directory) {
    const MountPlan plan = plan_of({{"/srv/a", 996, 1, 1}});
    BOOST_TEST((plan == plan_of({{"/srv/a", 996, 1, 1}})));
    BOOST_TEST((plan != plan_of({{"/srv/a", 996, 1, 2}})));
    BOOST_TEST((plan != plan_of({{"/srv/a", 996, 2, 1}})));
    BOOST_TEST((plan != plan_of({{"/srv/a", 997, 1, 1}})));
    BOOST_TEST((plan != plan_of({{"/srv/b", 996, 1, 1}})));
}

BOOST_AUTO_TEST_CASE(one_directory_by_two_paths_is_a_problem) {
    BOOST_TEST(problem_of_plan(plan_of({{"/srv/a", 0, 1, 7}, {"/srv/b", 0, 1, 7}})).value_or("") ==
               "the layers '/srv/a' and '/srv/b' are one directory: remove one of them");
    BOOST_TEST(!problem_of_plan(plan_of({{"/srv/a", 0, 1, 7}, {"/srv/b", 0, 2, 7}})));
}

BOOST_AUTO_TEST_CASE(an_upper_inside_a_layer_is_a_problem) {
    for (const char* const layer : {"/srv", "/srv/runtime", "/srv/runtime/alpha"})
        BOOST_TEST(problem_of_plan(plan_of({{layer, 0, 1, 1}})).has_value());
    BOOST_TEST(!problem_of_plan(plan_of({{"/srv/runtime/alphabet", 0, 1, 1}})));
}

BOOST_AUTO_TEST_CASE(the_description_says_what_will_be_mounted) {
    BOOST_TEST(
        describe(plan_of({{"/srv/a", 996, 1, 1}, {"/srv/b", 997, 1, 2}})) ==
        "instance  alpha\n"
        "layer     /srv/a (idmapped: uid 996 and 997 swapped, gid 986 and 987 swapped)\n"
        "layer     /srv/b\n"
        "upper     /srv/runtime/alpha/upper\n"
        "work      /srv/runtime/alpha/work\n"
        "merged    /srv/runtime/alpha/merged\n"
        "source    left4me:alpha\n"
        "options   "
        "nosuid,nodev,index=off,metacopy=off,xino=off,redirect_dir=nofollow,nfs_export=off\n");
}

BOOST_AUTO_TEST_SUITE_END()
