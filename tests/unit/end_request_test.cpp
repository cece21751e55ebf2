#include "helper/silent/end_request.hpp"

#include <boost/test/unit_test.hpp>
#include <vector>

using namespace left4me;

namespace {

const std::string invocation = "0123456789abcdef0123456789abcdef";

} // namespace

BOOST_AUTO_TEST_SUITE(end_request)

BOOST_AUTO_TEST_CASE(a_request_says_which_run_and_how_long) {
    const auto request = parse_end_request("INVOCATION_ID=" + invocation + "\nSILENT_SEC=185\n");
    BOOST_REQUIRE(request.has_value());
    BOOST_TEST((*request == EndRequest{invocation, 185}));
    BOOST_TEST(("INVOCATION_ID=" + invocation + "\nSILENT_SEC=18446744073709551615\n").size() <=
               largest_end_request);
}

BOOST_AUTO_TEST_CASE(anything_else_is_none) {
    const std::string first = "INVOCATION_ID=" + invocation + "\n";
    for (const std::string& text : std::vector<std::string>{
             std::string(), first, first + "SILENT_SEC=185", first + "SILENT_SEC=\n",
             first + "SILENT_SEC=-1\n", first + "SILENT_SEC=1.5\n",
             first + "SILENT_SEC=99999999999999999999\n", first + "SILENT_SEC=185\n\n",
             first + "SILENT_SEC=185\nX=1\n", "SILENT_SEC=185\n" + first,
             "INVOCATION_ID=" + invocation.substr(1) + "\nSILENT_SEC=185\n",
             "INVOCATION_ID=" + invocation + "0\nSILENT_SEC=185\n",
             "INVOCATION_ID=0123456789ABCDEF0123456789ABCDEF\nSILENT_SEC=185\n",
             " " + first + "SILENT_SEC=185\n"})
        BOOST_TEST(!parse_end_request(text).has_value(), text);
}

BOOST_AUTO_TEST_SUITE_END()
