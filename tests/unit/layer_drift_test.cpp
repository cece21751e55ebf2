#include "generator/l4d2ctl/layers/layer_drift.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

using namespace left4me::ctl;

namespace {

LayerEntry entry(std::optional<FileTime> born, FileTime modified, FileTime changed = {}) {
    LayerEntry entry;
    entry.born = born;
    entry.modified = modified;
    entry.changed = changed;
    return entry;
}

std::string described(const DriftItem& item, bool complete = true) {
    const LayerStyle style = {
        {}, [](std::int64_t seconds) { return "T" + std::to_string(seconds); }, {}};
    DriftReport report{"alpha", "/upper", {}, complete};
    if (!item.path.empty())
        report.items.push_back(item);
    return describe(report, style);
}

DriftItem item(DriftItem::Kind kind) {
    DriftItem item;
    item.kind = kind;
    item.path = "a\x1b/b";
    item.layer = "/layer";
    item.own.time = {1, 0};
    item.changed = {3, 0};
    return item;
}

} // namespace

BOOST_AUTO_TEST_SUITE(layer_drift)

BOOST_AUTO_TEST_CASE(a_copy_is_as_old_as_its_file) {
    const OwnSince own = own_since(entry(FileTime{5, 7}, {9, 0}));
    BOOST_TEST((own.time == FileTime{5, 7}));
    BOOST_TEST(own.birth);
}

BOOST_AUTO_TEST_CASE(where_no_birth_is_noted_the_last_change_counts) {
    const OwnSince own = own_since(entry(std::nullopt, {9, 0}));
    BOOST_TEST((own.time == FileTime{9, 0}));
    BOOST_TEST(!own.birth);
}

BOOST_AUTO_TEST_CASE(a_layers_file_is_newer_by_what_nobody_can_set) {
    const OwnSince own = {{5, 7}, true};
    BOOST_TEST(is_newer(entry({}, {0, 0}, {5, 8}), own));
    BOOST_TEST(!is_newer(entry({}, {9, 0}, {5, 7}), own));
    BOOST_TEST(!is_newer(entry({}, {9, 0}, {4, 9}), own));
}

BOOST_AUTO_TEST_CASE(each_kind_is_put_into_words) {
    const std::string remedy = "    stop l4d2@alpha and remove /upper/a\\x1b/b to get the layer's ";
    BOOST_TEST(described(item(DriftItem::Kind::file)) ==
               "alpha:\na\\x1b/b\n    the server's own since T1\n    in /layer since T3\n" +
                   remedy + "file\n");

    DriftItem deletion = item(DriftItem::Kind::deletion);
    deletion.own_until = FileTime{2, 0};
    BOOST_TEST(described(deletion) ==
               "alpha:\na\\x1b/b\n    deleted by the server between T1 and T2\n"
               "    in /layer since T3\n" +
                   remedy + "file\n");

    DriftItem directory = item(DriftItem::Kind::directory);
    directory.newest = "c/d";
    BOOST_TEST(described(directory) == "alpha:\na\\x1b/b\n    the server's own since T1\n"
                                       "    below it in /layer since T3: c/d\n" +
                                           remedy + "directory\n");

    directory.kind = DriftItem::Kind::directory_deletion;
    directory.files = 2;
    directory.own.birth = false;
    BOOST_TEST(described(directory) ==
               "alpha:\na\\x1b/b\n    deleted by the server at T1, by its last change, since its "
               "file system notes no birth\n"
               "    below it 2 files have come or changed since, the last in /layer at T3: c/d\n" +
                   remedy + "directory\n");
}

BOOST_AUTO_TEST_CASE(what_was_not_compared_is_not_called_different) {
    DriftItem file = item(DriftItem::Kind::file);
    file.compared = false;
    BOOST_TEST(described(file).find("in /layer since T3 (not compared: they may be the same)") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(nothing_found_is_said_as_far_as_was_looked) {
    BOOST_TEST(described({}) ==
               "alpha: nothing of its own hides what has changed in a layer since\n");
    BOOST_TEST(described({}, false) == "alpha: nothing found in what could be looked at\n");
}

BOOST_AUTO_TEST_SUITE_END()
