#include "generator/instance/port_conflicts.hpp"

#include "diagnostic_text.hpp"

#include <boost/test/unit_test.hpp>

using namespace left4me;

namespace {

using Lines = std::vector<std::string>;

PortClaim with_port(const std::string& name, std::uint16_t port,
                    const std::string& address = "0.0.0.0") {
    return {name, name + ".env", 2, port, address};
}

Lines conflicts(const std::vector<PortClaim>& claims) {
    Diagnostics diagnostics;
    for (const PortConflict& conflict : find_port_conflicts(claims)) {
        BOOST_TEST(conflict.diagnostic.file == conflict.instance + ".env");
        diagnostics.push_back(conflict.diagnostic);
    }
    return text_of(diagnostics);
}

} // namespace

BOOST_AUTO_TEST_SUITE(port_conflicts)

BOOST_AUTO_TEST_CASE(ports_of_their_own_are_no_conflict) {
    BOOST_TEST(conflicts({}).empty());
    BOOST_TEST(conflicts({with_port("a", 1), with_port("b", 2)}).empty());
}

BOOST_AUTO_TEST_CASE(both_of_two_are_warned) {
    BOOST_TEST(conflicts({with_port("a", 1), with_port("b", 2), with_port("c", 1)}) ==
                   (Lines{"warning a.env:2: port 1 is also that of c: give each server a port of "
                          "its own",
                          "warning c.env:2: port 1 is also that of a: give each server a port of "
                          "its own"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(of_many_one_is_named) {
    BOOST_TEST(conflicts({with_port("a", 1), with_port("b", 1), with_port("c", 1)}) ==
                   (Lines{"warning a.env:2: port 1 is also that of b and 1 more: give each server "
                          "a port of its own",
                          "warning b.env:2: port 1 is also that of a and 1 more: give each server "
                          "a port of its own",
                          "warning c.env:2: port 1 is also that of a and 1 more: give each server "
                          "a port of its own"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(one_port_of_different_addresses_is_no_conflict) {
    BOOST_TEST(conflicts({with_port("a", 1, "10.0.0.5"), with_port("b", 1, "10.0.0.6"),
                          with_port("c", 1, "127.0.0.1")})
                   .empty());
}

BOOST_AUTO_TEST_CASE(one_port_of_one_address_is_a_conflict) {
    BOOST_TEST(conflicts({with_port("a", 1, "10.0.0.5"), with_port("b", 1, "10.0.0.6"),
                          with_port("c", 1, "10.0.0.5"), with_port("d", 2, "10.0.0.5")}) ==
                   (Lines{"warning a.env:2: port 1 of 10.0.0.5 is also that of c: give each server "
                          "a port of its own",
                          "warning c.env:2: port 1 of 10.0.0.5 is also that of a: give each server "
                          "a port of its own"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(all_addresses_meet_each) {
    BOOST_TEST(conflicts({with_port("a", 1, "10.0.0.5"), with_port("b", 1, "10.0.0.6"),
                          with_port("c", 1)}) ==
                   (Lines{"warning a.env:2: port 1 of 10.0.0.5 is also that of c (0.0.0.0): give "
                          "each server a port of its own",
                          "warning b.env:2: port 1 of 10.0.0.6 is also that of c (0.0.0.0): give "
                          "each server a port of its own",
                          "warning c.env:2: port 1 is also that of a (10.0.0.5) and 1 more: give "
                          "each server a port of its own"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_first_of_those_that_meet_is_named_whichever_address_it_has) {
    BOOST_TEST(
        conflicts({with_port("a", 1), with_port("b", 1, "10.0.0.5"), with_port("c", 1, "10.0.0.5")})
            .back() == "warning c.env:2: port 1 of 10.0.0.5 is also that of a (0.0.0.0) and "
                       "1 more: give each server a port of its own");
    BOOST_TEST(
        conflicts({with_port("b", 1, "10.0.0.5"), with_port("a", 1), with_port("c", 1, "10.0.0.5")})
            .back() == "warning c.env:2: port 1 of 10.0.0.5 is also that of b and 1 more: "
                       "give each server a port of its own");
}

BOOST_AUTO_TEST_SUITE_END()
