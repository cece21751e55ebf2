#include "helper/verbs/event.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

using namespace left4me;

namespace {

std::string read_catalog() {
    std::ifstream file(LEFT4ME_CATALOG);
    BOOST_REQUIRE(file.good());
    return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace

BOOST_AUTO_TEST_SUITE(event)

BOOST_AUTO_TEST_CASE(every_kind_has_an_id_of_its_own) {
    std::set<std::string_view> ids;
    for (const Event event : enumerators<Event>) {
        const std::string_view id = fields_of(event).message_id;
        BOOST_TEST(id.size() == 32U);
        BOOST_TEST(id.find_first_not_of("0123456789abcdef") == std::string_view::npos);
        BOOST_TEST(ids.insert(id).second);
    }
}

BOOST_AUTO_TEST_CASE(the_catalog_explains_every_kind_and_nothing_else) {
    const std::string catalog = read_catalog();
    for (const Event event : enumerators<Event>)
        BOOST_TEST(catalog.find("\n-- " + std::string(fields_of(event).message_id) +
                                "\nSubject: ") != std::string::npos);
    std::size_t entries = 0;
    for (std::size_t at = catalog.find("\n-- "); at != std::string::npos;
         at = catalog.find("\n-- ", at + 1))
        ++entries;
    BOOST_TEST(entries == enumerators<Event>.size());
}

BOOST_AUTO_TEST_CASE(every_exit_code_but_0_is_an_error_of_its_own_kind) {
    std::set<std::string_view> ids;
    for (const ExitStatus status : enumerators<ExitStatus>) {
        if (status == ExitStatus::done)
            continue;
        const EventFields fields = fields_of(event_of(status));
        BOOST_TEST(fields.priority == 3);
        BOOST_TEST(ids.insert(fields.message_id).second);
    }
}

BOOST_AUTO_TEST_SUITE_END()
