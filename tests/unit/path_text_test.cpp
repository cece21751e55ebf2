#include "generator/text/path_text.hpp"

#include <boost/test/unit_test.hpp>

using namespace left4me;
using namespace std::string_view_literals;

namespace {

constexpr std::string_view refused = "(refused)";

std::string normal(std::string_view base, std::string_view path) {
    return normalize_path(base, path).value_or(std::string(refused));
}

std::string_view below(std::string_view path, std::string_view directory) {
    return path_below(path, directory).value_or("(elsewhere)");
}

} // namespace

BOOST_AUTO_TEST_SUITE(path_text)

BOOST_AUTO_TEST_CASE(an_absolute_path_ignores_the_base) {
    BOOST_TEST(normal("/base", "/a/b") == "/a/b");
    BOOST_TEST(normal("/base/..", "/a") == "/a");
}

BOOST_AUTO_TEST_CASE(a_relative_path_lies_below_the_base) {
    BOOST_TEST(normal("/var/lib/left4me", "overlays/a") == "/var/lib/left4me/overlays/a");
    BOOST_TEST(normal("/base/", "a") == "/base/a");
    BOOST_TEST(normal("/", "a") == "/a");
}

BOOST_AUTO_TEST_CASE(repeated_trailing_and_dot_components_disappear) {
    BOOST_TEST(normal("/b", "//a///b/") == "/a/b");
    BOOST_TEST(normal("/b", "./a/./b/.") == "/b/a/b");
    BOOST_TEST(normal("/b", "") == "/b");
    BOOST_TEST(normal("/b", ".") == "/b");
    BOOST_TEST(normal("/b", "/") == "/");
    BOOST_TEST(normal("", "/./") == "/");
}

BOOST_AUTO_TEST_CASE(two_dots_are_refused_wherever_they_stand) {
    for (const char* const path : {"..", "../a", "a/..", "a/../b", "/..", "/a/..", "/../a", "./.."})
        BOOST_TEST_CONTEXT(path)
    BOOST_TEST(normal("/base", path) == refused);
    BOOST_TEST(normal("/base/..", "a") == refused);
}

BOOST_AUTO_TEST_CASE(names_that_only_begin_with_dots_are_names) {
    BOOST_TEST(normal("/b", "...") == "/b/...");
    BOOST_TEST(normal("/b", "..a/.b/c..") == "/b/..a/.b/c..");
}

BOOST_AUTO_TEST_CASE(a_path_below_a_directory_leaves_its_remainder) {
    BOOST_TEST(below("/a/b/c", "/a") == "b/c");
    BOOST_TEST(below("/a/b", "/a") == "b");
    BOOST_TEST(below("/a", "/") == "a");
}

BOOST_AUTO_TEST_CASE(a_directory_is_below_itself_with_nothing_left) {
    BOOST_TEST(below("/a", "/a") == "");
    BOOST_TEST(below("/", "/") == "");
}

BOOST_AUTO_TEST_CASE(a_common_prefix_of_names_is_not_below) {
    BOOST_TEST(below("/ab", "/a") == "(elsewhere)");
    BOOST_TEST(below("/a", "/a/b") == "(elsewhere)");
    BOOST_TEST(below("/", "/a") == "(elsewhere)");
    BOOST_TEST(below("/b/a", "/a") == "(elsewhere)");
}

BOOST_AUTO_TEST_CASE(a_path_list_is_split_at_colons) {
    const PathList list = split_path_list("/a:b c:d");
    BOOST_TEST(list.paths == (std::vector<std::string>{"/a", "b c", "d"}),
               boost::test_tools::per_element());
    BOOST_TEST(list.problem == "");
    BOOST_TEST(split_path_list("only").paths == std::vector<std::string>{"only"},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_escaped_colon_or_backslash_belongs_to_the_path) {
    const PathList list = split_path_list(R"(a\:b:c\\:\\\:d)");
    BOOST_TEST(list.paths == (std::vector<std::string>{"a:b", "c\\", "\\:d"}),
               boost::test_tools::per_element());
    BOOST_TEST(list.problem == "");
}

BOOST_AUTO_TEST_CASE(an_empty_element_is_a_problem_wherever_it_stands) {
    for (const char* const text : {"", ":", ":a", "a:", "a::b"})
        BOOST_TEST_CONTEXT(text)
    BOOST_TEST(split_path_list(text).problem == "an empty element between colons");
}

BOOST_AUTO_TEST_CASE(any_other_backslash_is_a_problem) {
    for (const char* const text : {"a\\", "a\\b", "\\ a", "a:\\n", "\\\\\\"})
        BOOST_TEST_CONTEXT(text)
    BOOST_TEST(split_path_list(text).problem == "a backslash that is neither '\\:' nor '\\\\'");
}

BOOST_AUTO_TEST_CASE(control_characters_of_ascii_are_those_below_blank_and_delete) {
    for (int byte = 0; byte < 0x100; ++byte)
        BOOST_TEST_CONTEXT("byte " << byte) {
            const std::string text = {'a', static_cast<char>(byte), 'b'};
            BOOST_TEST(has_control_character(text) == (byte < 0x20 || byte == 0x7F));
        }
    BOOST_TEST(!has_control_character(""));
}

BOOST_AUTO_TEST_CASE(control_characters_and_line_separators_of_unicode_are_found) {
    for (const std::string_view text :
         {"a\u0080", "\u0085", "\u009b2J", "x\u009f", "a\u2028b", "\u2029"})
        BOOST_TEST(has_control_character(text));
    for (const std::string_view text : {"\u00a0", "\u00bf", "\u2027", "\u202a", "é", "Â"})
        BOOST_TEST(!has_control_character(text));
}

BOOST_AUTO_TEST_CASE(an_awkward_path_is_one_that_a_unit_file_cannot_hold_as_it_is) {
    for (const std::string_view path :
         {"/a\"b", "/a'b", "/a\\", "/a\nb", "/a ", "/\xff", "/\u2028"})
        BOOST_TEST(is_awkward_path(path), path);
    for (const std::string_view path : {"", "/", "/a b", "/50%", "/$HOME", "/ü", "/a;b#c"})
        BOOST_TEST(!is_awkward_path(path), path);
}

BOOST_AUTO_TEST_SUITE_END()
