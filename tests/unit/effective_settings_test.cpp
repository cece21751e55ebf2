#include "generator/l4d2ctl/units/effective_settings.hpp"

#include "generator/text/enum_words.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

using namespace left4me::ctl;

namespace {

using Lines = std::vector<std::string>;

UnitPiece file(const std::string& path, const std::string& text) {
    return {path, text, false, false, {}};
}

UnitPiece generated(const std::string& text) {
    return {"ours", text, true, false, {}};
}

/// A unit with a template and drop-ins.
EffectiveUnit merge(const std::string& fragment, const std::vector<UnitPiece>& drop_ins) {
    UnitPieces pieces;
    pieces.unit = "u.service";
    pieces.fragment = file("template", fragment);
    pieces.drop_ins = drop_ins;
    return merge_unit(pieces);
}

/// The values of one setting, as VALUE FILE:LINE.
Lines values_of(const EffectiveUnit& unit, std::string_view section, std::string_view key) {
    Lines lines;
    if (const EffectiveSetting* const setting = unit.find(section, key))
        for (const SettingValue& value : setting->values)
            lines.push_back(value.value + " " + value.file + ":" + std::to_string(value.line));
    return lines;
}

/// As KIND KEY GENERATED -> OTHER FILE:LINE.
Lines overrides_of(const EffectiveUnit& unit) {
    Lines lines;
    for (const Override& found : unit.overrides)
        lines.push_back(fmt::format("{} {} {} -> {} {}:{}", left4me::enum_name(found.kind),
                                    found.key, found.generated, found.other.value, found.other.file,
                                    found.other.line));
    return lines;
}

void expect(const EffectiveUnit& unit, std::string_view key, const Lines& values,
            const Lines& overrides) {
    BOOST_TEST(values_of(unit, "Service", key) == values, boost::test_tools::per_element());
    BOOST_TEST(overrides_of(unit) == overrides, boost::test_tools::per_element());
}

} // namespace

BOOST_AUTO_TEST_SUITE(effective_settings)

BOOST_AUTO_TEST_CASE(the_last_of_several_files_counts) {
    const UnitPiece ours = generated("[Service]\nRestart=a\n");
    expect(merge("[Service]\nRestart=t\n", {ours}), "Restart", {"a ours:2"}, {});
    expect(merge("", {ours, file("x", "[Service]\nRestart=b"), file("y", "[Service]\nRestart=c")}),
           "Restart", {"c y:2"}, {"replaced Restart a -> c y:2"});
    expect(merge("", {file("x", "[Service]\nRestart=b"), ours}), "Restart", {"a ours:2"},
           {"ineffective Restart a -> b x:2"});
    expect(merge("", {ours, file("x", "[Service]\nRestart=a")}), "Restart", {"a x:2"}, {});
}

BOOST_AUTO_TEST_CASE(lists_grow_and_an_empty_value_clears_them) {
    const UnitPiece ours = generated("[Service]\nExecStart=\nExecStart=a\n");
    expect(merge("[Service]\nExecStart=t\n", {ours}), "ExecStart", {"a ours:3"}, {});
    expect(merge("", {ours, file("x", "[Service]\nExecStart=\nExecStart=b")}), "ExecStart",
           {"b x:3"}, {"removed ExecStart a ->  x:2", "added ExecStart  -> b x:3"});
    expect(merge("", {file("x", "[Service]\nExecStart=b"), ours}), "ExecStart", {"a ours:3"},
           {"ineffective ExecStart  -> b x:2"});
    expect(merge("", {ours, file("x", "[Service]\nExecStart=b")}), "ExecStart",
           {"a ours:3", "b x:2"}, {"added ExecStart  -> b x:2"});
}

BOOST_AUTO_TEST_CASE(bind_paths_of_both_kinds_are_cleared_together) {
    const UnitPiece ours = generated("[Service]\nBindPaths=/a\nBindReadOnlyPaths=/b\n");
    const EffectiveUnit unit = merge("", {ours, file("x", "[Service]\nBindReadOnlyPaths=\n")});
    expect(unit, "BindPaths", {},
           {"removed BindPaths /a ->  x:2", "removed BindReadOnlyPaths /b ->  x:2"});
}

BOOST_AUTO_TEST_CASE(dependencies_are_never_cleared) {
    const EffectiveUnit unit = merge("[Unit]\nWants=t\n", {generated("[Unit]\nWants=a\n"),
                                                           file("x", "[Unit]\nWants=\nWants=b")});
    BOOST_TEST(values_of(unit, "Unit", "Wants") == (Lines{"t template:2", "a ours:2", "b x:3"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(old_names_are_the_new_ones) {
    const EffectiveUnit unit =
        merge("", {generated("[Unit]\nStartLimitBurst=5\n[Service]\nReadWritePaths=/a\n"),
                   file("x", "[Service]\nStartLimitBurst=9\nReadWriteDirectories=/b\n")});
    BOOST_TEST(values_of(unit, "Unit", "StartLimitBurst") == Lines{"9 x:2"},
               boost::test_tools::per_element());
    expect(unit, "ReadWritePaths", {"/a ours:4", "/b x:3"},
           {"replaced StartLimitBurst 5 -> 9 x:2", "added ReadWritePaths  -> /b x:3"});
}

BOOST_AUTO_TEST_CASE(what_the_generator_does_not_make_is_left_out) {
    const EffectiveUnit unit = merge("[Service]\nNice=1\n", {generated("[Service]\nUser=a\n"),
                                                             file("x", "[Service]\nNice=2\n")});
    BOOST_TEST(unit.settings.size() == 1U);
    expect(unit, "User", {"a ours:2"}, {});
}

BOOST_AUTO_TEST_CASE(of_a_hidden_drop_in_nothing_counts_but_its_keys_are_shown) {
    UnitPieces pieces;
    pieces.fragment = file("template", "[Service]\nExecStart=t\nNice=1\n");
    pieces.hidden = generated("[Service]\nExecStart=\nExecStart=a\n");
    const EffectiveUnit unit = merge_unit(pieces);
    expect(unit, "ExecStart", {"t template:2"}, {});
    BOOST_TEST(unit.settings.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
