#include "generator/watch/answer_reading.hpp"

#include <boost/test/unit_test.hpp>

using namespace left4me;
using namespace left4me::watch;

namespace {

/// An answer file with one of its values replaced.
std::string with(const std::string& key = "", const std::string& value = "") {
    std::string text = "{";
    for (const auto& [name, usual] :
         {std::pair{"instance", "\"alpha\""}, std::pair{"map", R"("c1m1_hotel")"},
          std::pair{"players", "3"}, std::pair{"bots", "1"}, std::pair{"slots", "8"},
          std::pair{"answered", R"("2026-11-30T20:00:00.123456Z")"},
          std::pair{"silent_seconds", "0"}, std::pair{"health", "\"watch\""}})
        if (name != key || !value.empty())
            text += (text.size() == 1 ? "\"" : ", \"") + std::string(name) +
                    "\": " + (name == key ? value : usual);
    return text + "}";
}

} // namespace

BOOST_AUTO_TEST_SUITE(answer_reading)

BOOST_AUTO_TEST_CASE(an_answer_has_all_that_left4me_watch_says) {
    const ServerAnswer expected = {"c1m1_hotel", 3, 1, 8, "2026-11-30T20:00:00.123456Z", 0,
                                   Health::watch};
    BOOST_TEST((read_answer(with(), "alpha") == expected));
    BOOST_TEST((read_answer(with("health", "\"restart\", \"more\": [1]"), "alpha")->health ==
                Health::restart));
}

BOOST_AUTO_TEST_CASE(before_the_first_answer_there_is_nothing_to_count) {
    const auto answer = read_answer(
        R"({"instance": "alpha", "map": null, "players": null, "bots": null, "slots": null,)"
        R"( "answered": null, "silent_seconds": 5, "health": "restart"})",
        "alpha");
    BOOST_REQUIRE(answer.has_value());
    const ServerAnswer expected = {{}, {}, {}, {}, "", 5, Health::restart};
    BOOST_TEST((*answer == expected));
}

BOOST_AUTO_TEST_CASE(a_file_of_another_server_is_none) {
    BOOST_TEST(!read_answer(with(), "beta").has_value());
}

BOOST_AUTO_TEST_CASE(what_is_not_as_it_should_be_is_no_answer) {
    for (const auto& [key, value] :
         {std::pair{"players", "-1"}, std::pair{"players", "1e3"}, std::pair{"players", "\"3\""},
          std::pair{"players", "99999999999"}, std::pair{"map", "5"}, std::pair{"answered", "\"\""},
          std::pair{"answered", "\"yesterday\""}, std::pair{"answered", "7"},
          std::pair{"silent_seconds", "null"}, std::pair{"health", "\"on\""},
          std::pair{"health", "null"}})
        BOOST_TEST_CONTEXT(key << ": " << value)
    BOOST_TEST(!read_answer(with(key, value), "alpha").has_value());
    for (const char* const key :
         {"instance", "map", "players", "bots", "slots", "answered", "silent_seconds", "health"})
        BOOST_TEST(!read_answer(with(key), "alpha").has_value(), key);
    for (const std::string text : {"", "{", "[]", "null", "\xff"})
        BOOST_TEST(!read_answer(text, "alpha").has_value(), text);
}

BOOST_AUTO_TEST_SUITE_END()
