#include "generator/overlay/layer_layout.hpp"

#include <boost/test/unit_test.hpp>

using namespace left4me;

namespace {

using Top = LayerListing::Top;

Top directory(const std::string& name, const std::vector<LayoutEntry>& entries = {}) {
    return {{name, true}, entries};
}

Top file(const std::string& name) {
    return {{name, false}, {}};
}

std::string said(const std::vector<Top>& entries, bool complete = true) {
    const auto objection = objection_to_layout("/l", true, {entries, complete});
    return objection ? to_string(*objection) : "";
}

const LayoutEntry some_file = {"x", false};

} // namespace

BOOST_AUTO_TEST_SUITE(layer_layout)

BOOST_AUTO_TEST_CASE(of_what_lies_where_the_game_looks_nothing_is_said) {
    BOOST_TEST(said({directory("left4dead2", {{"addons", true}, {"cfg", true}})}) == "");
    BOOST_TEST(said({directory("left4dead2", {{"pak01_dir.vpk", false}, {"whitelist.cfg", false}}),
                     directory("left4dead2_dlc1"), file("srcds_run"), file("srcds_linux"),
                     directory("bin"), directory("hl2"), directory("platform")}) == "");
    BOOST_TEST(said({directory("left4dead2_dlc3")}) == "");
    BOOST_TEST(said({file("srcds_run")}) == "");
    // Notes and copies beside it are nobody's business.
    BOOST_TEST(said({directory("left4dead2", {some_file}), file("README.md"),
                     directory("backup", {{"cfg", true}}), directory("scripts"),
                     directory("media")}) == "");
}

BOOST_AUTO_TEST_CASE(what_belongs_into_the_games_directory_is_said_to) {
    BOOST_TEST(said({directory("addons"), directory("cfg")}) ==
               "the layer '/l' has 'addons' and 1 more, where the game does not look: its place is "
               "'/l/left4dead2/addons'");
    for (const char* name : {"addons", "cfg", "maps", "materials", "missions", "models", "sound",
                             "resource", "particles", "ems"})
        BOOST_TEST(said({directory(name), directory("left4dead2", {some_file})}) ==
                   std::string("the layer '/l' has '") + name +
                       "', where the game does not look: its place is '/l/left4dead2/" + name +
                       "'");
    BOOST_TEST(said({directory("Maps")}) ==
               "the layer '/l' has 'Maps', where the game does not look: its place is "
               "'/l/left4dead2/maps'");
    // A file of that name is none.
    BOOST_TEST(said({file("addons"), directory("left4dead2", {some_file})}) == "");
}

BOOST_AUTO_TEST_CASE(a_file_has_its_place_by_its_ending) {
    for (const auto& [name, place] :
         {std::pair("x.vpk", "addons"), std::pair("X.VPK", "addons"), std::pair("c1.bsp", "maps"),
          std::pair("c1.nav", "maps"), std::pair("admin.smx", "addons/sourcemod/plugins"),
          std::pair("server.cfg", "cfg"), std::pair("zonemod.cfg", "cfg")})
        BOOST_TEST(said({file(name)}) == std::string("the layer '/l' has '") + name +
                                             "', where the game does not look: its place is "
                                             "'/l/left4dead2/" +
                                             place + "'");
    for (const char* name : {"x.vpk", "c1.bsp", "admin.smx", "server.cfg"})
        BOOST_TEST(said({directory("left4dead2", {{name, false}})})
                       .starts_with(std::string("the layer '/l' has 'left4dead2/") + name +
                                    "', where the game does not look: its place is "
                                    "'/l/left4dead2/"));
}

BOOST_AUTO_TEST_CASE(one_directory_too_deep_is_found_by_what_is_in_it) {
    BOOST_TEST(said({directory("sourcemod-1.12", {{"left4dead2", true}})}) ==
               "the layer '/l' has 'sourcemod-1.12/left4dead2', where the game does not look: its "
               "place is '/l/left4dead2'");
    BOOST_TEST(said({directory("sourcemod-1.12", {{"addons", true}, {"cfg", true}})}) ==
               "the layer '/l' has 'sourcemod-1.12/addons' and 1 more, where the game does not "
               "look: its place is '/l/left4dead2/addons'");
    BOOST_TEST(said({directory("workshop", {{"1.vpk", false}})}) ==
               "the layer '/l' has 'workshop/1.vpk', where the game does not look: its place is "
               "'/l/left4dead2/addons'");
    BOOST_TEST(
        said({directory("left4dead2", {{"left4dead2", true}})}) ==
        "the layer '/l' has 'left4dead2/left4dead2', where the game does not look: its place "
        "is '/l/left4dead2'");
    BOOST_TEST(said({directory("l4d2", {{"left4dead2", true}, {"srcds_run", false}})}) ==
               "the layer '/l' has 'l4d2/left4dead2', where the game does not look: its place is "
               "'/l/left4dead2'");
}

BOOST_AUTO_TEST_CASE(of_the_games_directory_the_one_above_is_the_layer) {
    const auto objection =
        objection_to_layout("/o/x/left4dead2", true, {{directory("addons")}, true});
    BOOST_TEST(
        to_string(objection.value()) ==
        "the layer '/o/x/left4dead2' has 'addons', where the game does not look: name '/o/x' "
        "in its place");
}

BOOST_AUTO_TEST_CASE(upper_and_lower_case_count) {
    BOOST_TEST(said({directory("Left4Dead2", {{"addons", true}})}) ==
               "the layer '/l' has 'Left4Dead2', where the game does not look, since upper and "
               "lower case count: its place is '/l/left4dead2'");
    BOOST_TEST(said({directory("left4dead2", {{"Addons", true}})}) ==
               "the layer '/l' has 'left4dead2/Addons', where the game does not look, since upper "
               "and lower case count: its place is '/l/left4dead2/addons'");
    BOOST_TEST(said({directory("left4dead2", {{"Readme", true}})}) == "");
    // It is told before what else is out of place.
    BOOST_TEST(said({{"b.vpk", false}, directory("left4dead2", {{"Addons", true}})}) ==
               "the layer '/l' has 'left4dead2/Addons' and 1 more, where the game does not look, "
               "since upper and lower case count: its place is '/l/left4dead2/addons'");
}

BOOST_AUTO_TEST_CASE(a_layer_without_anything_for_the_game_is_told) {
    BOOST_TEST(said({}) ==
               "the layer '/l' is empty: put the game there, or files for it into '/l/left4dead2', "
               "or mount what belongs there, and then restart its servers");
    BOOST_TEST(said({directory("left4dead2")}) ==
               "the layer '/l' has nothing in its left4dead2: its files have to be in "
               "'/l/left4dead2'");
    BOOST_TEST(said({file("README"), directory("lost+found")}) ==
               "the layer '/l' has nothing that the game looks for: its files have to be in "
               "'/l/left4dead2'");
    // In what was not looked at there may be something.
    BOOST_TEST(said({}, false) == "");
    BOOST_TEST(said({file("README")}, false) == "");
    BOOST_TEST(said({directory("cfg")}, false) != "");
}

BOOST_AUTO_TEST_CASE(names_of_strangers_are_printed_safely) {
    BOOST_TEST(said({file("\x1b[2J\n.vpk")}) ==
               "the layer '/l' has '\\x1b[2J\\x0a.vpk', where the game does not look: its place is "
               "'/l/left4dead2/addons'");
}

BOOST_AUTO_TEST_CASE(only_the_game_and_the_unknown_is_listed_in_its_turn) {
    BOOST_TEST(tells_of_layout("left4dead2"));
    BOOST_TEST(tells_of_layout("sourcemod-1.12"));
    for (const char* name : {"addons", "Maps", "Left4Dead2", "bin", "left4dead2_dlc1"})
        BOOST_TEST(!tells_of_layout(name));
}

BOOST_AUTO_TEST_CASE(the_layer_of_the_game_comes_last) {
    BOOST_TEST(!find_hiding_layer({}));
    BOOST_TEST(!find_hiding_layer({false, false}));
    BOOST_TEST(!find_hiding_layer({false, true}));
    // Another srcds_run above that of the game may be meant.
    BOOST_TEST(!find_hiding_layer({true, true}));
    BOOST_TEST(find_hiding_layer({true, false}).value() == 0);
    BOOST_TEST(find_hiding_layer({true, false, true, false, false}).value() == 2);
    BOOST_TEST(has_game({{file("srcds_run")}}));
    BOOST_TEST(!has_game({{directory("srcds_run"), directory("left4dead2")}}));
    BOOST_TEST(
        to_string(objection_to_order("/g", "/l")) ==
        "the layer '/g' has the game and stands before '/l', so that its files hide those of "
        "the same name there: name the layer of the game last");
}

BOOST_AUTO_TEST_SUITE_END()
