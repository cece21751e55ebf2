#include "generator/l4d2ctl/units/unit_changes.hpp"

#include "generator/text/enum_words.hpp"

#include <boost/test/unit_test.hpp>

using namespace left4me;
using namespace left4me::ctl;

namespace {

using Lines = std::vector<std::string>;

UnitFile file(const std::string& path, const std::string& content) {
    return {UnitFile::Kind::file, path, content};
}

UnitFile drop_in(const std::string& content) {
    return file("l4d2@a.service.d/50-left4me.conf", content);
}

/// As SIGN TEXT.
Lines steps(const Lines& before, const Lines& after) {
    Lines lines;
    for (const ListStep& step : compare_lists(before, after))
        lines.push_back((step.kind == ListStep::Kind::kept    ? "= "
                         : step.kind == ListStep::Kind::added ? "+ "
                                                              : "- ") +
                        step.text);
    return lines;
}

} // namespace

BOOST_AUTO_TEST_SUITE(unit_changes)

BOOST_AUTO_TEST_CASE(files_go_to_their_instances) {
    const auto sorted = files_by_instance(
        {file("srv-a-merged.mount", "[Mount]\nWhat=a.b-c\n"),
         file("l4d2-layers@a.b-c.target", ""),
         file("l4d2@a.b-c.service.d/50-left4me.conf", ""),
         {UnitFile::Kind::symlink, "l4d2.target.wants/l4d2@a.b-c.service", "/x"},
         file("left4me-late-instances.service.d/50-left4me.conf", ""),
         {UnitFile::Kind::symlink, "l4d2.target.wants/left4me-late-instances.service", "/x"},
         file("odd.mount", "[Mount]\nWhat=/dev/sda1\n")});
    BOOST_REQUIRE(sorted.size() == 2U);
    BOOST_TEST(sorted.at("a.b-c").size() == 4U);
    BOOST_TEST(sorted.at("").size() == 3U);
}

BOOST_AUTO_TEST_CASE(files_show_what_was_made_of_an_instance) {
    const auto state = [](const std::string& text) { return enum_name(state_of({drop_in(text)})); };
    BOOST_TEST(state("[Unit]\nSourcePath=/x\n[Service]\nExecStart=\nExecStart=/a\n") == "usable");
    BOOST_TEST(state("[Unit]\nSourcePath=/x\n[Service]\nExecStopPost=/a\n") == "unusable");
    BOOST_TEST(state("[Service]\nExecStopPost=/a\n") == "retired");
    BOOST_TEST(enum_name(state_of({})) == "none");
}

BOOST_AUTO_TEST_CASE(only_what_systemd_makes_something_of_is_a_change) {
    BOOST_TEST(compare_files({drop_in("[Unit]\nA=1\nB=2\n")}, {drop_in("# new\n[Unit]\nB=2\nA=1")})
                   .empty());
    const auto changes =
        compare_files({drop_in("[Unit]\nA=1\nL=x\nL=y\nO=1\n"), file("old.mount", "[Mount]\nW=1")},
                      {drop_in("[Unit]\nA=2\nL=y\nL=x\n"), file("new.mount", "[Mount]\nW=1")});
    BOOST_REQUIRE(changes.size() == 3U);
    BOOST_TEST((changes[0].kind == FileChange::Kind::changed));
    BOOST_TEST(changes[0].unit == "l4d2@a.service");
    BOOST_REQUIRE(changes[0].settings.size() == 3U);
    BOOST_TEST(changes[0].settings[0].after == Lines{"2"}, boost::test_tools::per_element());
    BOOST_TEST(changes[0].settings[1].before == (Lines{"x", "y"}),
               boost::test_tools::per_element());
    BOOST_TEST(changes[0].settings[2].after.empty());
    BOOST_TEST((changes[1].kind == FileChange::Kind::added));
    BOOST_TEST((changes[2].kind == FileChange::Kind::removed));
    BOOST_TEST(changes[2].path == "old.mount");
}

BOOST_AUTO_TEST_CASE(another_command_is_told_from_other_changes) {
    const auto changes = [](const std::string& before, const std::string& after) {
        return changes_command(
            compare_files({drop_in("[Service]\n" + before)}, {drop_in("[Service]\n" + after)}));
    };
    BOOST_TEST(changes("ExecStart=/a 1\n", "ExecStart=/a 2\n"));
    BOOST_TEST(!changes("ExecStart=/a 1\nUser=a\n", "ExecStart=/a 1\nUser=b\n"));
    BOOST_TEST(!changes_command({}));
}

BOOST_AUTO_TEST_CASE(lists_differ_in_as_little_as_possible) {
    BOOST_TEST(steps({"a", "b", "c", "d"}, {"b", "x", "c", "d", "e"}) ==
                   (Lines{"- a", "= b", "+ x", "= c", "= d", "+ e"}),
               boost::test_tools::per_element());
    BOOST_TEST(steps({}, {"a"}) == Lines{"+ a"}, boost::test_tools::per_element());
    BOOST_TEST(steps({"a"}, {}) == Lines{"- a"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(long_lists_are_compared_all_the_same) {
    const Lines before(5000, "a");
    Lines after = before;
    after.emplace_back("b");
    BOOST_TEST(compare_lists(before, after).size() == 5001U);
    after.front() = "c";
    const auto found = compare_lists(before, after);
    BOOST_TEST((found.back().kind == ListStep::Kind::added));
}

BOOST_AUTO_TEST_SUITE_END()
