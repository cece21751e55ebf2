#include "generator/instance/port_conflicts.hpp"

#include "diagnostic_text.hpp"

#include <boost/test/unit_test.hpp>

using namespace left4me;

namespace {

using Lines = std::vector<std::string>;

PortClaim with_port(const std::string& name, std::uint16_t port) {
    return {name, name + ".env", 2, port};
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

BOOST_AUTO_TEST_SUITE_END()
