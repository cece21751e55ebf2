#include "generator/text/enum_words.hpp"

#include <boost/test/unit_test.hpp>

using namespace left4me;

namespace {

enum class Colour { red, green, blue2 };

enum class Code { done = 0, usage = 64, last = 127 };

struct Paint {
    std::string_view name;
    int price;
};

constexpr EnumWords<Colour> words = {
    {Colour::green, "green"}, {Colour::red, "red"}, {Colour::blue2, "blue"}};

constexpr EnumWords<Code, Paint> paints = {
    {Code::done, {"white", 1}}, {Code::usage, {"grey", 2}}, {Code::last, {"black", 3}}};

} // namespace

BOOST_AUTO_TEST_SUITE(enum_words)

BOOST_AUTO_TEST_CASE(the_values_of_an_enum_are_those_that_it_names) {
    BOOST_TEST((enumerators<Colour> == std::array{Colour::red, Colour::green, Colour::blue2}));
    BOOST_TEST((enumerators<Code> == std::array{Code::done, Code::usage, Code::last}));
    BOOST_TEST(is_enumerator<Code::usage>());
    BOOST_TEST(!is_enumerator<static_cast<Code>(63)>());
}

BOOST_AUTO_TEST_CASE(a_value_has_a_name) {
    BOOST_TEST(enum_name(Colour::red) == "red");
    BOOST_TEST(enum_name(Colour::blue2) == "blue2");
    BOOST_TEST(enum_name(Code::last) == "last");
}

BOOST_AUTO_TEST_CASE(a_value_has_its_word_wherever_it_stands_in_the_table) {
    BOOST_TEST(words[Colour::red] == std::string_view("red"));
    BOOST_TEST(words[Colour::blue2] == std::string_view("blue"));
    BOOST_TEST(paints[Code::usage].name == "grey");
    BOOST_TEST(paints[Code::last].price == 3);
}

BOOST_AUTO_TEST_CASE(a_word_leads_back_to_its_value) {
    BOOST_TEST((words.find("green") == Colour::green));
    BOOST_TEST(!words.find("yellow"));
    BOOST_TEST(!words.find(""));
}

BOOST_AUTO_TEST_SUITE_END()
