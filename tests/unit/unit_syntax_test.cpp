#include "units/unit_syntax.hpp"

#include <boost/test/unit_test.hpp>

using namespace left4me;

BOOST_AUTO_TEST_SUITE(unit_syntax)

BOOST_AUTO_TEST_CASE(paths_are_escaped_as_systemd_escape_does) {
    // Each as `systemd-escape --path` prints it.
    const std::pair<const char*, const char*> cases[] = {
        {"/", "-"},
        {"/var/lib/left4me", "var-lib-left4me"},
        {"/a-b/c_d:e.f", "a\\x2db-c_d:e.f"},
        {"/.hidden/.x", "\\x2ehidden-.x"},
        {"/a b/%/\\", "a\\x20b-\\x25-\\x5c"},
        {"/\xc3\xa4", "\\xc3\\xa4"},
    };
    for (const auto& [path, escaped] : cases)
        BOOST_TEST(escape_path(path) == escaped);
}

BOOST_AUTO_TEST_CASE(percent_signs_are_doubled) {
    BOOST_TEST(escape_specifiers("/a%n/%%") == "/a%%n/%%%%");
}

BOOST_AUTO_TEST_CASE(harmless_words_are_written_as_they_are) {
    for (const char* const word : {"+map", "c1m1_hotel", "-tickrate", "60", "a=b", "x,y", "@!:"}) {
        if (std::string_view(word) == "@!:")
            BOOST_TEST(quote_word(word) == "\"@!:\"");
        else
            BOOST_TEST(quote_word(word) == word);
    }
}

BOOST_AUTO_TEST_CASE(anything_else_is_one_quoted_word) {
    const std::pair<const char*, const char*> cases[] = {
        {"", "\"\""},
        {"a b", "\"a b\""},
        {";", "\";\""},
        {"$HOME", "\"$HOME\""},
        {"100%", "\"100%%\""},
        {"a\"b", "\"a\\\"b\""},
        {"a\\b", "\"a\\\\b\""},
        {"it's", "\"it's\""},
        {"\xc3\xa4", "\"\xc3\xa4\""},
        {"|x", "\"|x\""},
        {"\\x41\\n", "\"\\\\x41\\\\n\""},
    };
    for (const auto& [word, quoted] : cases)
        BOOST_TEST(quote_word(word) == quoted);
}

BOOST_AUTO_TEST_SUITE_END()
