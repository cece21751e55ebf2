#include "generator/instance/layer_policy.hpp"

#include <boost/test/unit_test.hpp>

using namespace left4me;

namespace {

const std::vector<LayerRoot> roots = {{"/srv/installation", true}, {"/srv/overlays", false}};

/// ROOT|BELOW, or "(outside)".
std::string place_of(std::string_view layer) {
    const auto location = locate_layer(layer, roots);
    return location ? location->root + "|" + location->below_root : "(outside)";
}

std::vector<std::string> conflicts_of(const std::vector<std::string>& layers) {
    std::vector<std::string> lines;
    for (const LayerConflict& conflict : check_layers(layers, roots))
        lines.push_back(std::to_string(conflict.index) + " " + conflict.complaint.problem + ": " +
                        conflict.complaint.remedy);
    return lines;
}

void expect_conflicts(const std::vector<std::string>& layers,
                      const std::vector<std::string>& expected) {
    BOOST_TEST(conflicts_of(layers) == expected, boost::test_tools::per_element());
}

const std::string use_allowed = "use one below /srv/installation, /srv/overlays/*, or add its "
                                "directory to LayerRoots= in left4me.conf";

} // namespace

BOOST_AUTO_TEST_SUITE(layer_policy)

BOOST_AUTO_TEST_CASE(an_allowed_directory_that_is_a_layer_may_be_used_itself) {
    BOOST_TEST(place_of("/srv/installation") == "/srv/installation|");
    BOOST_TEST(place_of("/srv/installation/left4dead2") == "/srv/installation|left4dead2");
}

BOOST_AUTO_TEST_CASE(an_allowed_directory_of_layers_is_none_itself) {
    BOOST_TEST(place_of("/srv/overlays") == "(outside)");
    BOOST_TEST(place_of("/srv/overlays/a") == "/srv/overlays|a");
    BOOST_TEST(place_of("/srv/overlays/a/b") == "/srv/overlays|a/b");
}

BOOST_AUTO_TEST_CASE(a_directory_elsewhere_is_outside) {
    for (const char* const layer : {"/", "/srv", "/srv/overlaysX", "/srv/installation2", "/etc",
                                    "/home/srv/overlays/a", "/srv/runtime/a/upper"})
        BOOST_TEST_CONTEXT(layer)
    BOOST_TEST(place_of(layer) == "(outside)");
}

BOOST_AUTO_TEST_CASE(a_directory_is_located_in_whichever_allowed_root_takes_it) {
    const std::vector<LayerRoot> nested = {{"/a", false}, {"/a/b", true}, {"/", false}};
    const auto first = locate_layer("/a/b", nested);
    BOOST_REQUIRE(first.has_value());
    BOOST_TEST(first->root == "/a");
    BOOST_TEST(first->below_root == "b");
    const auto last = locate_layer("/a", nested);
    BOOST_REQUIRE(last.has_value());
    BOOST_TEST(last->root == "/");
    BOOST_TEST(last->below_root == "a");
}

BOOST_AUTO_TEST_CASE(allowed_layers_that_are_apart_have_no_conflict) {
    expect_conflicts({"/srv/overlays/b", "/srv/overlays/a", "/srv/installation"}, {});
    expect_conflicts({"/srv/overlays/a", "/srv/overlays/ab"}, {});
    expect_conflicts({}, {});
}

BOOST_AUTO_TEST_CASE(a_layer_outside_is_named_with_the_allowed_directories) {
    expect_conflicts(
        {"/srv/overlays/a", "/etc", "/srv/overlays"},
        {"0 the layer '/srv/overlays/a' lies inside the layer '/srv/overlays': remove one of them",
         "1 the layer '/etc' is outside the allowed directories: " + use_allowed,
         "2 the layer '/srv/overlays' is outside the allowed directories: " + use_allowed});
}

BOOST_AUTO_TEST_CASE(a_repeated_layer_is_named_each_further_time) {
    expect_conflicts({"/srv/overlays/a", "/srv/overlays/b", "/srv/overlays/a", "/srv/overlays/a"},
                     {"2 the layer '/srv/overlays/a' is listed twice: remove one of them",
                      "3 the layer '/srv/overlays/a' is listed twice: remove one of them"});
}

BOOST_AUTO_TEST_CASE(a_layer_inside_another_is_named_in_either_order) {
    const std::string inside =
        " the layer '/srv/overlays/a/b/c' lies inside the layer '/srv/overlays/a': remove one of "
        "them";
    expect_conflicts({"/srv/overlays/a", "/srv/overlays/a/b/c"}, {"1" + inside});
    expect_conflicts({"/srv/overlays/a/b/c", "/srv/overlays/a"}, {"0" + inside});
}

BOOST_AUTO_TEST_CASE(the_nearest_enclosing_layer_is_the_one_named) {
    expect_conflicts(
        {"/srv/overlays/a/b/c", "/srv/overlays/a/b", "/srv/overlays/a"},
        {"0 the layer '/srv/overlays/a/b/c' lies inside the layer '/srv/overlays/a/b': "
         "remove one of them",
         "1 the layer '/srv/overlays/a/b' lies inside the layer '/srv/overlays/a': "
         "remove one of them"});
}

BOOST_AUTO_TEST_CASE(every_layer_lies_inside_the_top_directory) {
    const auto conflicts = check_layers({"/", "/a"}, {{"/", true}});
    BOOST_REQUIRE(conflicts.size() == 1U);
    BOOST_TEST(conflicts[0].complaint.problem == "the layer '/a' lies inside the layer '/'");
}

BOOST_AUTO_TEST_SUITE_END()
