#include "generator/instance/listen_address.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

using namespace left4me;
using namespace std::string_view_literals;

namespace {

std::string problem_with(std::string_view address) {
    const auto problem = problem_of_listen_address(address);
    if (!problem)
        return "";
    return (problem->severity == Severity::error ? "error " : "warning ") +
           to_string(problem->complaint);
}

const std::string write_one =
    ": write an IPv4 address of this host, such as 192.0.2.10, or 0.0.0.0 for all of them";

} // namespace

BOOST_AUTO_TEST_SUITE(listen_address)

BOOST_AUTO_TEST_CASE(an_address_that_a_host_may_have_is_taken) {
    for (const char* const address :
         {"0.0.0.0", "10.0.0.5", "192.0.2.10", "1.0.0.0", "223.255.255.255", "100.64.0.1",
          "169.254.1.1", "198.51.100.255", "126.255.255.255", "128.0.0.1"})
        BOOST_TEST_CONTEXT(address) {
            BOOST_TEST(problem_with(address) == "");
            BOOST_TEST(is_listen_address(address));
        }
}

BOOST_AUTO_TEST_CASE(what_is_not_an_ipv4_address_is_refused) {
    for (const std::string_view address : {"10.0.0"sv,
                                           "10.0.0.0.1"sv,
                                           "10.0.0.5."sv,
                                           ".10.0.0.5"sv,
                                           "10..0.5"sv,
                                           "10.0.0.256"sv,
                                           "010.0.0.5"sv,
                                           "10.0.0.05"sv,
                                           "10.0.0.00"sv,
                                           "0x0a.0.0.5"sv,
                                           "167772165"sv,
                                           "10.0.0.-5"sv,
                                           "+10.0.0.5"sv,
                                           " 10.0.0.5"sv,
                                           "10.0.0.5 "sv,
                                           "10.0.0.5/24"sv,
                                           "10.0.0.5:27015"sv,
                                           "localhost"sv,
                                           "l4d2.example.org"sv,
                                           "eth0"sv,
                                           "*"sv,
                                           "0"sv,
                                           "any"sv,
                                           "a.b.c.d"sv,
                                           "10,0,0,5"sv,
                                           "10.0.0.5;10.0.0.6"sv})
        BOOST_TEST_CONTEXT(address) {
            BOOST_TEST(problem_with(address) ==
                       "error '" + std::string(address) + "' is not an IPv4 address" + write_one);
            BOOST_TEST(!is_listen_address(address));
        }
}

BOOST_AUTO_TEST_CASE(ipv6_is_named) {
    for (const char* const address : {"::", "::1", "2001:db8::10", "::ffff:10.0.0.5"})
        BOOST_TEST(problem_with(address) == "error '" + std::string(address) +
                                                "' is not an IPv4 address, and the game knows no "
                                                "others" +
                                                write_one);
}

BOOST_AUTO_TEST_CASE(what_no_host_has_is_refused) {
    BOOST_TEST(problem_with("255.255.255.255") ==
               "error 255.255.255.255 is the broadcast address" + write_one);
    BOOST_TEST(problem_with("224.0.0.1") == "error 224.0.0.1 is a multicast address" + write_one);
    BOOST_TEST(problem_with("239.255.255.250") ==
               "error 239.255.255.250 is a multicast address" + write_one);
    BOOST_TEST(problem_with("240.0.0.1") == "error 240.0.0.1 is a reserved address" + write_one);
    BOOST_TEST(problem_with("0.0.0.1") ==
               "error 0.0.0.1 begins with 0, and so is not the address of a host" + write_one);
}

BOOST_AUTO_TEST_CASE(a_loopback_address_is_taken_with_a_warning) {
    for (const char* const address : {"127.0.0.1", "127.0.1.1", "127.255.255.254"})
        BOOST_TEST_CONTEXT(address) {
            BOOST_TEST(problem_with(address) ==
                       "warning " + std::string(address) +
                           " can be reached from this host only: for players, write another "
                           "address of this host, or 0.0.0.0 for all of them");
            BOOST_TEST(is_listen_address(address));
        }
}

BOOST_AUTO_TEST_SUITE_END()
