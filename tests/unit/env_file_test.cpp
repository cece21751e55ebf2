#include "generator/instance/env_file.hpp"

#include "diagnostic_text.hpp"

#include <boost/test/unit_test.hpp>
#include <ostream>

using namespace left4me;
using namespace std::string_view_literals;

namespace {

using Lines = std::vector<std::string>;

/// The assignments as LINE KEY=VALUE.
Lines assignments_of(const EnvFile& file) {
    Lines lines;
    for (const Assignment& a : file.assignments)
        lines.push_back(std::to_string(a.line) + " " + a.key + "=" + a.value);
    return lines;
}

void expect_assignments(std::string_view text, const Lines& expected) {
    BOOST_TEST_CONTEXT(text) {
        const EnvFile file = parse_env_file(text, "f.env");
        BOOST_TEST(assignments_of(file) == expected, boost::test_tools::per_element());
        BOOST_TEST(text_of(file.diagnostics) == Lines(), boost::test_tools::per_element());
    }
}

void expect_value(std::string_view written, const std::string& value) {
    expect_assignments("A=" + std::string(written), {"1 A=" + value});
}

void expect_diagnostics(std::string_view text, const Lines& expected) {
    BOOST_TEST_CONTEXT(text)
    BOOST_TEST(text_of(parse_env_file(text, "f.env").diagnostics) == expected,
               boost::test_tools::per_element());
}

} // namespace

BOOST_AUTO_TEST_SUITE(env_file)

BOOST_AUTO_TEST_CASE(an_empty_file_assigns_nothing) {
    expect_assignments("", {});
    expect_assignments("\n \t\r\n\n", {});
}

BOOST_AUTO_TEST_CASE(every_assignment_is_kept_in_order_with_its_line) {
    expect_assignments("A=1\nB=2\n\n\nA=3\nC=4", {"1 A=1", "2 B=2", "5 A=3", "6 C=4"});
}

BOOST_AUTO_TEST_CASE(an_assignment_ends_where_its_value_does) {
    const auto last_line = [](std::string_view text) {
        return parse_env_file(text, "f.env").assignments.at(0).last_line;
    };
    BOOST_TEST(last_line("A=1\n\n") == 1U);
    BOOST_TEST(last_line("\nA=1 \\\n2\n\n") == 3U);
    BOOST_TEST(last_line("A='1\n\n2' \"\\\n\"\nB=1") == 4U);
}

BOOST_AUTO_TEST_CASE(the_last_line_needs_no_newline) {
    expect_assignments("A=1", {"1 A=1"});
    expect_assignments("A=", {"1 A="});
}

BOOST_AUTO_TEST_CASE(blanks_before_a_key_and_around_the_equals_sign_are_dropped) {
    expect_assignments("  \tA \t= \t1", {"1 A=1"});
}

BOOST_AUTO_TEST_CASE(blanks_at_the_end_of_a_key_are_trimmed_and_those_within_are_kept) {
    expect_assignments("export  A  =1", {"1 export  A=1"});
}

BOOST_AUTO_TEST_CASE(the_first_byte_of_a_key_may_be_an_equals_sign) {
    expect_assignments("==x", {"1 ==x"});
    expect_assignments("=A=x", {"1 =A=x"});
    expect_diagnostics("=x", {"warning f.env:1: '=x' is no assignment: write KEY=VALUE, or begin "
                              "the line with '#'"});
}

BOOST_AUTO_TEST_CASE(a_value_holds_further_equals_signs) {
    expect_value("b=c==", "b=c==");
}

BOOST_AUTO_TEST_CASE(a_carriage_return_ends_a_line_and_only_newlines_are_counted) {
    expect_assignments("A=1\r\nB=2\r\n", {"1 A=1", "2 B=2"});
    expect_assignments("A=1\rB=2\nC=3", {"1 A=1", "1 B=2", "2 C=3"});
}

BOOST_AUTO_TEST_CASE(comments_begin_with_a_hash_or_a_semicolon) {
    expect_assignments("# A=1\n; B=2\n  # C=3\n\t;D=4\nE=5", {"5 E=5"});
    expect_assignments("#\n;\nA=1", {"3 A=1"});
    expect_assignments("A=1 # no comment\nB=2;", {"1 A=1 # no comment", "2 B=2;"});
}

BOOST_AUTO_TEST_CASE(a_backslash_inside_a_comment_is_harmless) {
    expect_assignments("# C:\\dir \\\\\nA=1", {"2 A=1"});
    expect_assignments("A=1\n# at the end of the file\\", {"1 A=1"});
}

BOOST_AUTO_TEST_CASE(a_comment_that_ends_in_a_backslash_is_refused) {
    const std::string what =
        "a comment ends in a backslash, and systemd's versions disagree whether "
        "it goes on in the next line: remove the backslash";
    expect_diagnostics("A=1\n# x\\\nB=2\n", {"error f.env:2: " + what});
    expect_diagnostics(";\\\nB=2\n", {"error f.env:1: " + what});
    expect_diagnostics("# x\\\rB=2\n", {"error f.env:1: " + what});
    expect_diagnostics("# x\\\\\\\nB=2\n", {"error f.env:1: " + what});
}

BOOST_AUTO_TEST_CASE(a_line_without_an_equals_sign_is_passed_over_with_a_warning) {
    const std::string_view text = "A=1\nnonsense here\nB=2\nexport";
    const EnvFile file = parse_env_file(text, "f.env");
    BOOST_TEST(assignments_of(file) == (Lines{"1 A=1", "3 B=2"}), boost::test_tools::per_element());
    expect_diagnostics(text, {"warning f.env:2: 'nonsense here' is no assignment: write KEY=VALUE, "
                              "or begin the line with '#'",
                              "warning f.env:4: 'export' is no assignment: write KEY=VALUE, or "
                              "begin the line with '#'"});
}

BOOST_AUTO_TEST_CASE(a_bare_value_loses_blanks_at_both_ends_only) {
    expect_value(" \t a  b \t ", "a  b");
    expect_value("   ", "");
}

BOOST_AUTO_TEST_CASE(an_escaped_blank_at_the_end_of_a_bare_value_is_kept) {
    expect_value("a\\ ", "a ");
    expect_value("a\\   ", "a ");
    expect_value("a \\  ", "a  ");
    expect_value("a\\\t", "a\t");
}

BOOST_AUTO_TEST_CASE(a_backslash_in_a_bare_value_takes_the_next_character_as_it_is) {
    expect_value(R"(a\b\\c\"d\$e)", R"(ab\c"d$e)");
    expect_value(R"(\"a b")", R"("a b")");
    expect_value(R"(\#a)", "#a");
}

BOOST_AUTO_TEST_CASE(a_backslash_newline_in_a_bare_value_joins_lines) {
    expect_assignments("A=a\\\nb\\\n  c\nB=2", {"1 A=ab  c", "4 B=2"});
    expect_assignments("A=a \\\nb", {"1 A=a b"});
    expect_assignments("A=a \\\n", {"1 A=a "});
}

BOOST_AUTO_TEST_CASE(a_backslash_before_a_carriage_return_joins_up_to_it_only) {
    expect_assignments("A=a\\\r\nB=2", {"1 A=a", "2 B=2"});
    expect_assignments("A=a\\\rb", {"1 A=ab"});
}

BOOST_AUTO_TEST_CASE(a_backslash_newline_before_the_value_makes_it_bare) {
    expect_assignments("A=\\\n\"x\"", {"1 A=\"x\""});
    expect_assignments("A=\\\nx\nB=2", {"1 A=x", "3 B=2"});
}

BOOST_AUTO_TEST_CASE(a_backslash_at_the_end_of_the_file_is_dropped) {
    expect_value("a\\", "a");
    expect_value("a \\", "a ");
    expect_value("\\", "");
}

BOOST_AUTO_TEST_CASE(a_newline_before_the_value_ends_the_assignment) {
    expect_assignments("A= \nx=1", {"1 A=", "2 x=1"});
}

BOOST_AUTO_TEST_CASE(quotes_count_only_before_the_first_bare_character) {
    expect_value(R"("x" y)", "xy");
    expect_value(R"("a" 'b' "c")", "abc");
    expect_value(R"("a b"'c d'e "f" g)", R"(a bc de "f" g)");
    expect_value(R"(x "y" 'z')", R"(x "y" 'z')");
    expect_value(R"(it's)", "it's");
}

BOOST_AUTO_TEST_CASE(blanks_inside_quotes_are_kept_and_those_behind_dropped) {
    expect_value(R"("  x  "   )", "  x  ");
    expect_value(R"('  ')", "  ");
    expect_value(R"(" x " y )", " x y");
}

BOOST_AUTO_TEST_CASE(empty_quotes_make_an_empty_value) {
    expect_value(R"("")", "");
    expect_value("''", "");
}

BOOST_AUTO_TEST_CASE(single_quotes_keep_everything_even_newlines_and_backslashes) {
    expect_assignments("A='a\\b\"c\\\nd\re'\nB=2", {"1 A=a\\b\"c\\\nd\re", "3 B=2"});
}

BOOST_AUTO_TEST_CASE(double_quotes_unescape_only_what_a_shell_would) {
    expect_value(R"("a\"b\\c\`d\$e")", R"(a"b\c`d$e)");
    expect_value(R"("\n\x\'\ ")", R"(\n\x\'\ )");
}

BOOST_AUTO_TEST_CASE(double_quotes_keep_newlines_and_drop_escaped_ones) {
    expect_assignments("A=\"a\nb\\\nc\"\nB=2", {"1 A=a\nbc", "4 B=2"});
    expect_assignments("A=\"a\\\rb\"", {"1 A=a\\\rb"});
}

BOOST_AUTO_TEST_CASE(a_dollar_sign_is_never_expanded) {
    expect_value("$HOME ${X} `id`", "$HOME ${X} `id`");
    expect_value("\"$HOME\"", "$HOME");
}

BOOST_AUTO_TEST_CASE(an_open_quote_runs_to_the_end_of_the_file_and_is_warned_of) {
    const std::pair<std::string_view, std::string> cases[] = {
        {"\nA=\"x\nB=2\n", "2 A=x\nB=2\n"}, {"\nA='x\nB=2", "2 A=x\nB=2"}, {"\nA=\"", "2 A="},
        {"\nA='x'\"y\\", "2 A=xy"},         {"\nA=''\"\"'", "2 A="},       {"\nA=\"a\\", "2 A=a"},
    };
    for (const auto& [text, assignment] : cases)
        BOOST_TEST_CONTEXT(text) {
            const EnvFile file = parse_env_file(text, "f.env");
            BOOST_TEST(assignments_of(file) == Lines{assignment}, boost::test_tools::per_element());
            BOOST_TEST(text_of(file.diagnostics) ==
                           Lines{"warning f.env:2: the value of 'A' has a quote that is never "
                                 "closed, and goes on to the end of the file: close it"},
                       boost::test_tools::per_element());
        }
}

BOOST_AUTO_TEST_CASE(a_nul_byte_is_refused_with_its_line) {
    const auto text = "A=1\nB=\0\nC=3"sv;
    const EnvFile file = parse_env_file(text, "f.env");
    BOOST_TEST(file.assignments.empty());
    expect_diagnostics(text,
                       {"error f.env:2: a NUL byte: an environment file is text: write it anew"});
    expect_diagnostics("\0"sv,
                       {"error f.env:1: a NUL byte: an environment file is text: write it anew"});
}

BOOST_AUTO_TEST_CASE(invalid_utf8_in_a_key_or_a_value_is_refused) {
    expect_diagnostics("A=\"\n\xc3\xff\"",
                       {"error f.env:1: 'A' is not valid UTF-8: save the file as UTF-8"});
    expect_diagnostics("A=1\nB=\xed\xa0\x80",
                       {"error f.env:2: 'B' is not valid UTF-8: save the file as UTF-8"});
    expect_diagnostics("B\xff\xff=1",
                       {"error f.env:1: 'B\\xff\\xff' is not valid UTF-8: save the file as UTF-8"});
}

BOOST_AUTO_TEST_CASE(latin_1_is_named_once) {
    expect_diagnostics("# \xe9\nA=Z\xfcrich\nB=caf\xe9\n",
                       {"error f.env:2: 'A' is not valid UTF-8, and looks like Latin-1: save the "
                        "file as UTF-8, for example with iconv -f WINDOWS-1252 -t UTF-8 FILE > "
                        "NEW"});
}

BOOST_AUTO_TEST_CASE(utf_16_is_named_in_either_byte_order_and_with_a_mark_or_without) {
    const auto refused = [](std::string_view encoding) {
        return Lines{"error f.env:1: the file is UTF-16: save it as UTF-8, for example with iconv "
                     "-f " +
                     std::string(encoding) + " -t UTF-8 FILE > NEW"};
    };
    expect_diagnostics("\xff\xfe"
                       "A\0=\0b\0\n\0"sv,
                       refused("UTF-16"));
    expect_diagnostics("\xfe\xff\0A\0=\0b\0\n"sv, refused("UTF-16"));
    expect_diagnostics("A\0=\0b\0\n\0"sv, refused("UTF-16LE"));
    expect_diagnostics("\0A\0=\0b\0\n"sv, refused("UTF-16BE"));
    // U+4E00 has a NUL where others have none.
    expect_diagnostics("A\0=\0b\0c\0d\0e\0\0\x4e\n\0"sv, refused("UTF-16LE"));
}

/// What may not be meant, as POSITION and what it is behind.
std::string aside_of(std::string_view written) {
    const EnvFile file = parse_env_file("A=" + std::string(written), "f.env");
    const auto& aside = file.assignments.at(0).aside;
    return !aside ? "" : std::to_string(aside->position) + (aside->behind_quote ? " quote" : "");
}

BOOST_AUTO_TEST_CASE(text_behind_a_closing_quote_is_noted) {
    BOOST_TEST(aside_of(R"("a" # comment)") == "1 quote");
    BOOST_TEST(aside_of(R"('a' -b)") == "1 quote");
    BOOST_TEST(aside_of(R"("a" "b")") == "1 quote");
    BOOST_TEST(aside_of(R"("a"'b' 'c')") == "2 quote");
    BOOST_TEST(aside_of(R"("a";)") == "1 quote");
    BOOST_TEST(aside_of(R"("a"-b)") == "1 quote");
    BOOST_TEST(aside_of("\"a\" \\\n\"b\"") == "1 quote");
    BOOST_TEST(aside_of("\"a\" \\\n") == "");
    BOOST_TEST(aside_of(R"("a" "")") == "");
    BOOST_TEST(aside_of(R"( "a" )") == "");
    // As in a shell.
    BOOST_TEST(aside_of(R"("a b"'c'd)") == "");
    BOOST_TEST(aside_of(R"("a b":c)") == "");
}

BOOST_AUTO_TEST_CASE(what_looks_like_a_comment_in_a_bare_value_is_noted) {
    BOOST_TEST(aside_of("1 # main") == "2");
    BOOST_TEST(aside_of("1 #main") == "2");
    BOOST_TEST(aside_of("# none") == "0");
    BOOST_TEST(aside_of("1 // main") == "2");
    BOOST_TEST(aside_of("1 ; main") == "2");
    BOOST_TEST(aside_of("1;") == "1");
    BOOST_TEST(aside_of("a \\\n# b") == "2");
    BOOST_TEST(aside_of(R"("a # b")") == "");
    BOOST_TEST(aside_of(R"(a \# b)") == "");
    BOOST_TEST(aside_of(R"(a\;)") == "");
    BOOST_TEST(aside_of("My server #1") == "");
    BOOST_TEST(aside_of("http://a;b#c") == "");
    BOOST_TEST(aside_of("//srv/a") == "");
}

BOOST_AUTO_TEST_CASE(valid_utf8_is_kept_and_a_comment_may_hold_anything) {
    expect_assignments("# \xff\nA=Zürich 🧟", {"2 A=Zürich 🧟"});
}

BOOST_AUTO_TEST_SUITE_END()
