#include "generator/units/unit_syntax.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

using namespace left4me;

BOOST_AUTO_TEST_SUITE(unit_syntax)

BOOST_AUTO_TEST_CASE(a_path_in_a_unit_name_has_dashes_for_slashes) {
    BOOST_TEST(escape_path("/var/lib/left4me/runtime/alpha/merged") ==
               "var-lib-left4me-runtime-alpha-merged");
    BOOST_TEST(escape_path("/a") == "a");
}

BOOST_AUTO_TEST_CASE(the_top_directory_is_a_single_dash) {
    BOOST_TEST(escape_path("/") == "-");
}

BOOST_AUTO_TEST_CASE(letters_digits_colon_underscore_and_dot_stay_and_all_other_bytes_are_escaped) {
    const std::string hexadecimal = "0123456789abcdef";
    const std::string stays = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:_.";
    for (unsigned byte = 1; byte < 0x100; ++byte)
        BOOST_TEST_CONTEXT("byte " << byte) {
            const char c = static_cast<char>(byte);
            if (c == '/')
                continue;
            const std::string escaped =
                stays.find(c) != std::string::npos
                    ? std::string(1, c)
                    : std::string("\\x") + hexadecimal[byte / 16] + hexadecimal[byte % 16];
            BOOST_TEST(escape_path(std::string("/x") + c) == "x" + escaped);
        }
}

BOOST_AUTO_TEST_CASE(a_dot_is_escaped_where_it_would_hide_the_unit_and_nowhere_else) {
    BOOST_TEST(escape_path("/.a/.b") == "\\x2ea-.b");
    BOOST_TEST(escape_path("/..") == "\\x2e.");
    BOOST_TEST(escape_path("/a.b") == "a.b");
}

BOOST_AUTO_TEST_CASE(what_systemd_escape_says_of_odd_paths_is_said_here) {
    BOOST_TEST(escape_path("/srv/my-inst/two words") == "srv-my\\x2dinst-two\\x20words");
    BOOST_TEST(escape_path("/srv/50%/a@b\\c") == "srv-50\\x25-a\\x40b\\x5cc");
    BOOST_TEST(escape_path("/srv/ü") == "srv-\\xc3\\xbc");
}

BOOST_AUTO_TEST_CASE(every_percent_sign_is_doubled) {
    BOOST_TEST(escape_specifiers("") == "");
    BOOST_TEST(escape_specifiers("100% %n %%") == "100%% %%n %%%%");
    BOOST_TEST(escape_specifiers(R"(a "b" \c $d)") == R"(a "b" \c $d)");
}

BOOST_AUTO_TEST_CASE(a_word_of_harmless_bytes_needs_no_quotes) {
    for (const char* const word :
         {"a", "+map", "c1m1_hotel", "/a/b.c", "-x", "a=b,c:d@e+f-g", ":", "-"})
        BOOST_TEST_CONTEXT(word)
    BOOST_TEST(quote_word(word) == word);
}

BOOST_AUTO_TEST_CASE(an_empty_word_is_a_pair_of_quotes) {
    BOOST_TEST(quote_word("") == R"("")");
}

BOOST_AUTO_TEST_CASE(blanks_semicolons_and_dollar_signs_are_quoted) {
    BOOST_TEST(quote_word("two words") == R"("two words")");
    BOOST_TEST(quote_word(" ") == R"(" ")");
    BOOST_TEST(quote_word(";") == R"(";")");
    BOOST_TEST(quote_word("a;b") == R"("a;b")");
    BOOST_TEST(quote_word("$HOME ${X}") == R"("$HOME ${X}")");
    BOOST_TEST(quote_word("#a") == R"("#a")");
    BOOST_TEST(quote_word("*?[~|&<>(){}^`") == R"("*?[~|&<>(){}^`")");
}

BOOST_AUTO_TEST_CASE(quotes_and_backslashes_are_escaped_inside_quotes) {
    BOOST_TEST(quote_word(R"(say "x")") == R"("say \"x\"")");
    BOOST_TEST(quote_word("it's") == R"("it's")");
    BOOST_TEST(quote_word(R"(\)") == R"("\\")");
    BOOST_TEST(quote_word(R"(a\nb\\)") == R"("a\\nb\\\\")");
}

BOOST_AUTO_TEST_CASE(a_percent_sign_in_a_word_is_doubled) {
    BOOST_TEST(quote_word("%n") == R"("%%n")");
    BOOST_TEST(quote_word("100%") == R"("100%%")");
}

BOOST_AUTO_TEST_CASE(the_prefixes_of_a_command_are_ordinary_in_a_word) {
    BOOST_TEST(quote_word("-a") == "-a");
    BOOST_TEST(quote_word("@a") == "@a");
    BOOST_TEST(quote_word(":a") == ":a");
    BOOST_TEST(quote_word("+a") == "+a");
    BOOST_TEST(quote_word("!a") == R"("!a")");
    BOOST_TEST(quote_word("!!a") == R"("!!a")");
    BOOST_TEST(quote_word("|a") == R"("|a")");
}

BOOST_AUTO_TEST_CASE(bytes_outside_ascii_are_quoted_as_they_are) {
    BOOST_TEST(quote_word("Zürich") == R"("Zürich")");
}

BOOST_AUTO_TEST_SUITE_END()
