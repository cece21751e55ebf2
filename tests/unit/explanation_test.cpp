#include "generator/l4d2ctl/units/explanation.hpp"

#include "generator/instance/instance.hpp"

#include <boost/test/unit_test.hpp>

using namespace left4me;
using namespace left4me::ctl;

namespace {

using Lines = std::vector<std::string>;

/// The lines as LINE-LAST KEY: what they became, or why nothing.
Lines explained(const std::string& text, bool usable = true) {
    const HostConfiguration configuration;
    const InstanceReading reading = read_instance("a", "f", text, configuration);
    const auto settings = reading.instance && usable
                              ? explain_settings(render_instance(*reading.instance, configuration),
                                                 "a", true, configuration)
                              : std::vector<ExplainedSetting>();
    Lines lines;
    for (const ExplainedLine& line : explain_lines(text, "f", usable, settings)) {
        std::string words = std::to_string(line.line) + "-" + std::to_string(line.last_line) + " " +
                            line.key + ": " + line.nothing;
        for (const std::size_t index : line.became)
            words += settings[index].setting.key + " ";
        lines.push_back(words);
    }
    return lines;
}

const std::string usable_lines = "L4D2_LOWERDIRS=installation\nL4D2_PORT=1\n";

UnitPieces service_with(const std::string& text) {
    UnitPieces pieces;
    pieces.unit = "l4d2@a.service";
    pieces.fragment = UnitPiece{"template", "[Service]\nExecStart=/bin/false\n", false, false, {}};
    pieces.drop_ins = {
        UnitPiece{"ours", "[Service]\nExecStart=\nExecStart=:/a $x 5%%\n", true, false, {}},
        UnitPiece{"theirs", text, false, false, {}}};
    return pieces;
}

Explanation with_units(UnitPieces pieces) {
    Explanation explanation;
    explain_units(explanation, {std::move(pieces)});
    return explanation;
}

} // namespace

BOOST_AUTO_TEST_SUITE(explanation)

BOOST_AUTO_TEST_CASE(every_line_that_says_something_is_explained) {
    BOOST_TEST(explained("# a comment\n\n" + usable_lines +
                         "L4D2_ARGS='a\n b' \\\n\nL4D2_AUTOSTART=yes\nNOPE=1\nno assignment") ==
                   (Lines{"3-3 L4D2_LOWERDIRS: RequiresMountsFor RequiresMountsFor ",
                          "4-4 L4D2_PORT: ExecStart ", "5-7 L4D2_ARGS: ExecStart ",
                          "8-8 L4D2_AUTOSTART: Wants ", "9-9 NOPE: the key is unknown",
                          "10-10 : it is no assignment"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_becomes_nothing_has_a_reason) {
    BOOST_TEST(explained("L4D2_PORT=2\n" + usable_lines + "L4D2_ARGS=\nL4D2_AUTOSTART=no\n") ==
                   (Lines{"1-1 L4D2_PORT: line 3 assigns it again",
                          "2-2 L4D2_LOWERDIRS: RequiresMountsFor RequiresMountsFor ",
                          "3-3 L4D2_PORT: ExecStart ", "4-4 L4D2_ARGS: no arguments are added",
                          "5-5 L4D2_AUTOSTART: the server is not started at boot"}),
               boost::test_tools::per_element());
    BOOST_TEST(explained("L4D2_PORT=x", false) == Lines{"1-1 L4D2_PORT: the file cannot be used"},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_value_that_never_ends_is_explained_to_the_end) {
    BOOST_TEST(explained("L4D2_PORT='1\n2\n", false) ==
                   Lines{"1-2 L4D2_PORT: the file cannot be used"},
               boost::test_tools::per_element());
    BOOST_TEST(explained("", false).empty());
}

BOOST_AUTO_TEST_CASE(the_command_line_is_what_is_left_in_the_end) {
    const Explanation ours = with_units(service_with(""));
    BOOST_REQUIRE(ours.command.has_value());
    BOOST_TEST(ours.command->words == (Lines{"/a", "$x", "5%"}), boost::test_tools::per_element());
    BOOST_TEST(!ours.command->expands);
    BOOST_TEST(ours.diagnostics.empty());

    const Explanation theirs = with_units(service_with("[Service]\nExecStart=\nExecStart=/b %i\n"));
    BOOST_REQUIRE(theirs.command.has_value());
    BOOST_TEST(theirs.command->words == (Lines{"/b", "%i"}), boost::test_tools::per_element());
    BOOST_TEST(theirs.command->expands);
    BOOST_TEST(!with_units(service_with("[Service]\nExecStart=\n")).command);
}

BOOST_AUTO_TEST_CASE(what_keeps_systemd_from_starting_it_is_said) {
    const auto problem = [](UnitPieces pieces) {
        const Explanation found = with_units(std::move(pieces));
        return found.diagnostics.empty() ? std::string() : to_string(found.diagnostics.front());
    };
    BOOST_TEST(problem(service_with("[Service]\nExecStart=/b\n")) ==
               "theirs:2: this is a second ExecStart=, and systemd refuses a service that has two: "
               "put a line ExecStart= before it, which takes back the first one");
    BOOST_TEST(problem(service_with("[Service]\nExecStart=\nExecStart=/b\nExecStart=/c\n")) ==
               "theirs:4: this is a second ExecStart=, and systemd refuses a service that has two: "
               "take this one out, or that of theirs:3");
    // systemd passes over the relative path, so that there is only one.
    BOOST_TEST(problem(service_with("[Service]\nExecStart=\nExecStart=/b\nExecStart=bin/c\n")) ==
               "theirs:4: systemd takes no program by a relative path like 'bin/c', and passes "
               "over this line: write its whole path");
    BOOST_TEST(problem(service_with("[Service]\nExecStart=\nExecStart=c %i\n")) == "");
    BOOST_TEST(problem(service_with("[Service")) ==
               "theirs:1: a section header without its ']', where systemd stops reading: close it");
    UnitPieces pieces = service_with("");
    pieces.fragment->masked = true;
    BOOST_TEST(problem(pieces) == "template: l4d2@a.service is masked and cannot be started: "
                                  "remove the file, or systemctl unmask what it masks");
    BOOST_TEST(!with_units(pieces).command);
    pieces.fragment.reset();
    BOOST_TEST(problem(pieces) ==
               "l4d2@a.service: no file here defines this unit: install left4me-systemd");
    pieces = service_with("");
    pieces.hidden = pieces.drop_ins.front();
    pieces.hidden_by = "theirs";
    BOOST_TEST(problem(pieces) == "theirs: it takes the place of ours, which is not read: give it "
                                  "another name, or remove it");
    pieces = service_with("");
    pieces.drop_ins.back().problem = "Permission denied";
    BOOST_TEST(problem(pieces) ==
               "theirs: Permission denied: what it says is not in here: run it as root");
}

BOOST_AUTO_TEST_CASE(what_files_say_reaches_no_terminal_as_it_is) {
    Explanation found;
    found.name = "a";
    found.source = "f";
    found.lines = explain_lines("L4D2_ARGS='\x1b[2J\x07'\n", "f", false, {});
    UnitPieces pieces = service_with("[Service]\nExecStart=/b \x1b\x07\n");
    pieces.drop_ins.back().path = "\x1b";
    explain_units(found, {pieces});
    const std::string text = to_text(found);
    BOOST_TEST(text.find('\x1b') == std::string::npos);
    BOOST_TEST(text.find('\x07') == std::string::npos);
    BOOST_TEST(text.find("\\x1b[2J") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
