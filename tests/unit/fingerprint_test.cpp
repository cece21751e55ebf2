#include "generator/text/fingerprint.hpp"

#include <boost/test/unit_test.hpp>
#include <set>

using namespace left4me;

BOOST_AUTO_TEST_SUITE(fingerprints)

BOOST_AUTO_TEST_CASE(they_are_those_that_the_authors_of_the_hash_publish) {
    BOOST_TEST(fingerprint("") == 0xcbf29ce484222325U);
    BOOST_TEST(fingerprint("a") == 0xaf63dc4c8601ec8cU);
    BOOST_TEST(fingerprint("foobar") == 0x85944171f73967e8U);
}

BOOST_AUTO_TEST_CASE(texts_that_differ_a_little_have_others) {
    using namespace std::string_view_literals;
    std::set<std::uint64_t> seen;
    for (const std::string_view text :
         {"L4D2_PORT=27015\n"sv, "L4D2_PORT=27016\n"sv, "L4D2_PORT=27015"sv, "L4D2_PORT=27051\n"sv,
          "L4D2_PORT=27015\n\0"sv, "L4D2_PORT=27015\n\xff"sv})
        BOOST_TEST(seen.insert(fingerprint(text)).second);
}

BOOST_AUTO_TEST_SUITE_END()
