#include "generator/l4d2ctl/units/command_words.hpp"

#include "generator/units/unit_syntax.hpp"

#include <boost/test/unit_test.hpp>

using namespace left4me::ctl;

namespace {

using Lines = std::vector<std::string>;

void expect_words(std::string_view value, const Lines& expected) {
    BOOST_TEST_CONTEXT(value) {
        const auto commands = split_commands(value);
        BOOST_REQUIRE(commands.size() == 1U);
        BOOST_TEST(commands.front().words == expected, boost::test_tools::per_element());
    }
}

bool expands(std::string_view value) {
    return split_commands(value).at(0).expands;
}

} // namespace

BOOST_AUTO_TEST_SUITE(command_words)

BOOST_AUTO_TEST_CASE(quotes_are_undone_wherever_they_stand) {
    expect_words("/a  b\t'c  d' \"e 'f\" g\"h i\"j '' k",
                 {"/a", "b", "c  d", "e 'f", "gh ij", "", "k"});
}

BOOST_AUTO_TEST_CASE(escapes_are_undone_and_unknown_ones_stay) {
    expect_words(R"(/a \x41\102\s\t\\\" '\'' \d \xZZ \9)",
                 {"/a", "AB \t\\\"", "'", "\\d", "\\xZZ", "\\9"});
}

BOOST_AUTO_TEST_CASE(prefixes_are_set_apart) {
    const auto command = split_commands("-+:/a ':b'").at(0);
    BOOST_TEST(command.prefixes == "-+:");
    BOOST_TEST(command.words == (Lines{"/a", ":b"}), boost::test_tools::per_element());
    BOOST_TEST(split_commands("\":/a b\" c").at(0).words == (Lines{"/a b", "c"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_bare_semicolon_ends_a_command_and_no_other_does) {
    const auto commands = split_commands("/a ; /b \\; c;d \";\"");
    BOOST_REQUIRE(commands.size() == 2U);
    BOOST_TEST(commands[1].words == (Lines{"/b", ";", "c;d", ";"}),
               boost::test_tools::per_element());
    BOOST_TEST(split_commands(" ").empty());
}

BOOST_AUTO_TEST_CASE(specifiers_and_variables_are_noticed) {
    expect_words("/a 100%% %%i", {"/a", "100%", "%i"});
    BOOST_TEST(!expands("/a 100%% %%i"));
    BOOST_TEST(expands("/a %i"));
    BOOST_TEST(expands("/a $X"));
    BOOST_TEST(!expands(":/a $X"));
    BOOST_TEST(expands(":/a %n"));
}

BOOST_AUTO_TEST_CASE(what_the_generator_quotes_comes_back_as_it_was) {
    const Lines words = {"/a b/c", "",  "\"",    "\\", "'",  "%",
                         "$x",     ";", "a\\nb", "é",  "%i", "\\x41"};
    std::string value = ":";
    for (const std::string& word : words)
        value += (value.size() == 1 ? "" : " ") + left4me::quote_word(word);
    // The prefix stands in the quotes.
    value = "\":/a b/c\"" + value.substr(value.find("\" ") + 1);
    expect_words(value, words);
}

BOOST_AUTO_TEST_SUITE_END()
