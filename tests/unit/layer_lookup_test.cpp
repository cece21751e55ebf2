#include "generator/l4d2ctl/layers/layer_lookup.hpp"

#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <string_view>
#include <vector>

using namespace left4me::ctl;

using Layers = std::vector<std::size_t>;

namespace left4me::ctl {

std::ostream& operator<<(std::ostream& out, const HiddenFile& hidden) {
    return out << hidden.layer << " by " << static_cast<int>(hidden.by.kind) << " in "
               << hidden.by.layer << " at " << hidden.by.component;
}

} // namespace left4me::ctl

namespace {

/// What a layer has on the way to a path, a letter for each component: a directory `d`, an opaque
/// one `o`, a renamed one `r`; a file `f`, its metadata alone `m`; a symlink `l`; a whiteout `w`;
/// and at the end `?` for what cannot be looked at.
LayerTrail trail(std::string_view letters) {
    LayerTrail trail;
    for (const char letter : letters) {
        LayerEntry entry;
        switch (letter) {
        case '?':
            trail.obstacle = EACCES;
            continue;
        case 'l':
            entry.type = FileType::symlink;
            break;
        case 'm':
            entry.mark = OverlayMark::metacopy;
            break;
        case 'w':
            entry.type = FileType::character_device;
            entry.mark = OverlayMark::whiteout;
            break;
        case 'd':
        case 'o':
        case 'r':
            entry.type = FileType::directory;
            entry.mark = letter == 'o'   ? OverlayMark::opaque
                         : letter == 'r' ? OverlayMark::redirect
                                         : OverlayMark::none;
            break;
        default:
            break;
        }
        trail.entries.push_back(entry);
    }
    return trail;
}

Lookup look_up_in(const std::vector<std::string_view>& layers, std::size_t components) {
    std::vector<LayerTrail> trails;
    for (const std::string_view letters : layers)
        trails.push_back(trail(letters));
    return look_up(trails, components);
}

void expect_found(const Lookup& lookup, const Layers& providers,
                  const std::vector<HiddenFile>& hidden = {}) {
    BOOST_TEST((lookup.result == Lookup::Result::found));
    BOOST_TEST(lookup.providers == providers, boost::test_tools::per_element());
    BOOST_TEST(lookup.hidden == hidden, boost::test_tools::per_element());
}

void expect_none(const Lookup& lookup, Lookup::Result result, std::size_t component,
                 std::size_t layer, const std::vector<HiddenFile>& hidden = {}) {
    BOOST_TEST((lookup.result == result));
    BOOST_TEST(lookup.component == component);
    BOOST_TEST(lookup.layer == layer);
    BOOST_TEST(lookup.providers.empty());
    BOOST_TEST(lookup.hidden == hidden, boost::test_tools::per_element());
}

} // namespace

BOOST_AUTO_TEST_SUITE(layer_lookup)

BOOST_AUTO_TEST_CASE(the_topmost_file_hides_those_below) {
    expect_found(look_up_in({"", "df", "d", "df"}, 2), {1}, {{3, {Cover::Kind::file, 1, 1}}});
}

BOOST_AUTO_TEST_CASE(directories_are_merged) {
    expect_found(look_up_in({"d", "", "d"}, 1), {0, 2});
    expect_found(look_up_in({"", "", ""}, 0), {0, 1, 2});
}

BOOST_AUTO_TEST_CASE(an_opaque_directory_hides_all_below_and_all_in_it) {
    expect_found(look_up_in({"o", "d"}, 1), {0}, {{1, {Cover::Kind::opaque_directory, 0, 0}}});
    expect_none(look_up_in({"o", "df"}, 2), Lookup::Result::absent, 1, 0,
                {{1, {Cover::Kind::opaque_directory, 0, 0}}});
}

BOOST_AUTO_TEST_CASE(what_a_whiteout_hides_is_deleted) {
    expect_none(look_up_in({"dw", "df"}, 2), Lookup::Result::deleted, 1, 0,
                {{1, {Cover::Kind::whiteout, 0, 1}}});
    expect_none(look_up_in({"", "w", "df"}, 2), Lookup::Result::deleted, 0, 1,
                {{2, {Cover::Kind::whiteout, 1, 0}}});
}

BOOST_AUTO_TEST_CASE(a_whiteout_below_a_file_matters_to_nobody) {
    expect_found(look_up_in({"f", "w"}, 1), {0});
}

BOOST_AUTO_TEST_CASE(a_whiteout_ends_a_merged_directory) {
    expect_found(look_up_in({"d", "w", "d"}, 1), {0}, {{2, {Cover::Kind::whiteout, 1, 0}}});
}

BOOST_AUTO_TEST_CASE(a_directory_hides_a_file_and_the_file_the_directories_below_it) {
    expect_found(look_up_in({"d", "f", "d"}, 1), {0},
                 {{1, {Cover::Kind::directory, 0, 0}}, {2, {Cover::Kind::file, 1, 0}}});
}

BOOST_AUTO_TEST_CASE(below_a_file_there_is_nothing) {
    expect_none(look_up_in({"f", "df"}, 2), Lookup::Result::not_a_directory, 0, 0,
                {{1, {Cover::Kind::file, 0, 0}}});
}

BOOST_AUTO_TEST_CASE(a_symlink_is_not_followed) {
    expect_none(look_up_in({"", "dl"}, 3), Lookup::Result::symlink_on_the_way, 1, 1);
    expect_found(look_up_in({"", "dl"}, 2), {1});
}

BOOST_AUTO_TEST_CASE(what_was_renamed_elsewhere_is_not_permitted_but_for_the_last_layers) {
    expect_none(look_up_in({"", "r", "d"}, 1), Lookup::Result::not_permitted, 0, 1);
    expect_found(look_up_in({"", "d", "r"}, 1), {1, 2});
    expect_none(look_up_in({"", "", "m"}, 1), Lookup::Result::not_permitted, 0, 2);
    expect_none(look_up_in({"", "", "m"}, 2), Lookup::Result::not_permitted, 0, 2);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_looked_at_counts_only_where_it_could_be_seen) {
    expect_none(look_up_in({"", "d?", "df"}, 2), Lookup::Result::unseen, 1, 1);
    expect_found(look_up_in({"df", "d?"}, 2), {0});
    expect_found(look_up_in({"", "d?", ""}, 1), {1});
}

BOOST_AUTO_TEST_SUITE_END()
