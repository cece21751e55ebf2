#include "generator/instance/ini_lines.hpp"

#include "diagnostic_text.hpp"

#include <boost/test/unit_test.hpp>
#include <stdexcept>

using namespace left4me;
using namespace std::string_view_literals;

namespace {

using Lines = std::vector<std::string>;

struct Reading {
    /// LINE [SECTION] KEY=VALUE
    Lines keys;
    Lines diagnostics;
};

Reading read(std::string_view text) {
    Reading reading;
    reading.diagnostics = text_of(parse_ini(
        text, "f.conf",
        [&](unsigned line, std::string_view section, std::string_view key, std::string_view value) {
            reading.keys.push_back(std::to_string(line) + " [" + std::string(section) + "] " +
                                   std::string(key) + "=" + std::string(value));
        }));
    return reading;
}

void expect_keys(std::string_view text, const Lines& keys) {
    BOOST_TEST_CONTEXT(text) {
        const Reading reading = read(text);
        BOOST_TEST(reading.keys == keys, boost::test_tools::per_element());
        BOOST_TEST(reading.diagnostics == Lines(), boost::test_tools::per_element());
    }
}

void expect_refused(std::string_view text, const Lines& diagnostics) {
    BOOST_TEST_CONTEXT(text) {
        const Reading reading = read(text);
        BOOST_TEST(reading.keys == Lines(), boost::test_tools::per_element());
        BOOST_TEST(reading.diagnostics == diagnostics, boost::test_tools::per_element());
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(ini_lines)

BOOST_AUTO_TEST_CASE(keys_come_with_their_section_and_line) {
    expect_keys("[A]\nx=1\n\n# comment\ny = two words \n[B]\n; comment\nx=\n",
                {"2 [A] x=1", "5 [A] y=two words", "8 [B] x="});
}

BOOST_AUTO_TEST_CASE(a_key_before_any_section_has_an_empty_one) {
    expect_keys("x=1", {"1 [] x=1"});
}

BOOST_AUTO_TEST_CASE(a_file_of_nothing_has_no_keys) {
    expect_keys("", {});
    expect_keys("\n\n  \n\t\n", {});
}

BOOST_AUTO_TEST_CASE(a_line_may_end_in_a_carriage_return) {
    expect_keys("[A]\r\nx=1\r\n", {"2 [A] x=1"});
}

BOOST_AUTO_TEST_CASE(a_value_may_hold_what_only_a_key_may_not) {
    expect_keys("a=b:c=d", {"1 [] a=b:c=d"});
    expect_keys("a=b;c#d \\:e \"f\"", {"1 [] a=b;c#d \\:e \"f\""});
    expect_keys("a=Zürich", {"1 [] a=Zürich"});
}

BOOST_AUTO_TEST_CASE(a_comment_may_be_indented) {
    expect_keys("a=1\n  # x\n\t; y\nb=2", {"1 [] a=1", "4 [] b=2"});
}

BOOST_AUTO_TEST_CASE(a_line_of_198_bytes_is_read_whole_and_one_of_199_is_refused) {
    const std::string longest = "a=" + std::string(196, 'x');
    expect_keys(longest + "\nb=2", {"1 [] " + longest, "2 [] b=2"});
    expect_keys(longest + "\r\nb=2", {"1 [] " + longest, "2 [] b=2"});
    expect_refused(longest + "x",
                   {"error f.conf:1: a line longer than 198 bytes: make it shorter"});
}

BOOST_AUTO_TEST_CASE(a_long_comment_cannot_inject_a_key) {
    expect_refused("#" + std::string(198, 'x') + "Root=/evil",
                   {"error f.conf:1: a line longer than 198 bytes: make it shorter"});
}

BOOST_AUTO_TEST_CASE(an_indented_line_does_not_continue_a_value) {
    const Lines refused = {"error f.conf:2: an indented line: begin it in the first column"};
    expect_refused("a=1\n b=2", refused);
    expect_refused("a=1\n\tmore", refused);
    expect_refused("a=1\n [S]", refused);
}

BOOST_AUTO_TEST_CASE(a_comment_behind_a_value_does_not_cut_it) {
    const Lines refused = {
        "error f.conf:1: a comment behind a value: begin a line of its own with '#'"};
    expect_refused("a=1 ;b", refused);
    expect_refused("a=1\t;b", refused);
    expect_refused("a=1 ;", refused);
    expect_refused("a= ;b", refused);
    expect_refused("a=;b", refused);
}

BOOST_AUTO_TEST_CASE(quotes_around_a_value_are_refused) {
    const Lines refused = {
        "error f.conf:1: quotes are not removed here: write the value without them"};
    expect_refused("a=\"x\"", refused);
    expect_refused("a = 'x'", refused);
}

BOOST_AUTO_TEST_CASE(a_colon_does_not_stand_for_an_equals_sign) {
    const Lines refused = {"error f.conf:1: neither a [Section] nor Key=Value: write Key=Value"};
    expect_refused("a:b=c", refused);
    expect_refused("a: b", refused);
    expect_refused("a", refused);
}

BOOST_AUTO_TEST_CASE(a_section_ends_its_line_and_has_at_most_49_bytes) {
    const std::string longest(49, 's');
    expect_keys("[" + longest + "]\na=1", {"2 [" + longest + "] a=1"});
    expect_keys("[A] \na=1", {"2 [A] a=1"});
    const Lines refused = {"error f.conf:1: a section that does not end in ']' or is longer than "
                           "49 bytes: write [Section] and nothing else on the line"};
    expect_refused("[" + longest + "s]\na=1", refused);
    expect_refused("[A\na=1", refused);
    expect_refused("[A] ; comment\na=1", refused);
    expect_refused("[A] a=1", refused);
}

BOOST_AUTO_TEST_CASE(a_control_character_cannot_hide_the_rest_of_a_line) {
    const Lines refused = {"error f.conf:2: a control character: remove it"};
    expect_refused("a=1\nb=2\0c"sv, refused);
    expect_refused("a=1\n# comment\x1b[2J", refused);
    expect_refused("a=1\nb=2\rc=3\n", refused);
    expect_refused("a=1\n\vb=2", refused);
}

BOOST_AUTO_TEST_CASE(a_byte_order_mark_is_not_skipped) {
    expect_refused("\xef\xbb\xbf[A]\n",
                   {"error f.conf:1: neither a [Section] nor Key=Value: write Key=Value"});
}

BOOST_AUTO_TEST_CASE(every_bad_line_of_a_file_is_named_at_once) {
    expect_refused("[A]\n b=2\nc\nd=1\ne='x'\n",
                   {"error f.conf:2: an indented line: begin it in the first column",
                    "error f.conf:3: neither a [Section] nor Key=Value: write Key=Value",
                    "error f.conf:5: quotes are not removed here: write the value without them"});
}

BOOST_AUTO_TEST_CASE(what_the_handler_throws_reaches_the_caller) {
    const auto throwing = [](unsigned, std::string_view, std::string_view, std::string_view) {
        throw std::runtime_error("no more");
    };
    BOOST_CHECK_EXCEPTION(
        static_cast<void>(parse_ini("a=1\nb=2", "f.conf", throwing)), std::runtime_error,
        [](const std::runtime_error& error) { return error.what() == "no more"sv; });
}

BOOST_AUTO_TEST_CASE(
    text_behind_a_section_or_a_comment_in_a_key_is_refused_before_any_key_is_read) {
    for (const char* const line : {"[Paths] junk]", "[Paths]]", "b ;c=2"}) {
        int keys = 0;
        const Diagnostics problems = parse_ini(
            std::string("a=1\n") + line + "\nd=3\n", "f.conf",
            [&keys](unsigned, std::string_view, std::string_view, std::string_view) { ++keys; });
        BOOST_TEST(problems.size() == 1U, line);
        BOOST_TEST(keys == 0);
    }
}

BOOST_AUTO_TEST_SUITE_END()
