#include "generator/l4d2ctl/units/unit_search.hpp"

#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>

using namespace left4me::ctl;

namespace {

using Lines = std::vector<std::string>;

} // namespace

BOOST_AUTO_TEST_SUITE(unit_search)

BOOST_AUTO_TEST_CASE(a_server_is_defined_by_its_own_file_or_the_template) {
    BOOST_TEST(fragment_names("l4d2@a-b.service") == (Lines{"l4d2@a-b.service", "l4d2@.service"}),
               boost::test_tools::per_element());
    BOOST_TEST(fragment_names("srv-a.mount") == Lines{"srv-a.mount"},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_name_with_dashes_has_the_drop_ins_of_what_stands_before_them) {
    BOOST_TEST(drop_in_directory_names("l4d2@a-b.service") ==
                   (Lines{"l4d2@a-b.service.d", "l4d2@.service.d"}),
               boost::test_tools::per_element());
    BOOST_TEST(drop_in_directory_names("var-lib-a\\x2db.mount") ==
                   (Lines{"var-lib-a\\x2db.mount.d", "var-lib-.mount.d", "var-.mount.d"}),
               boost::test_tools::per_element());
    BOOST_TEST(drop_in_directory_names("a-b@c.service") ==
                   (Lines{"a-b@c.service.d", "a-b@.service.d", "a-@.service.d"}),
               boost::test_tools::per_element());
    BOOST_TEST(type_drop_in_directory_name("l4d2@a.b.service") == "service.d");
}

BOOST_AUTO_TEST_CASE(the_generator_comes_behind_the_administrator_and_before_packages) {
    const Lines path = unit_search_path("/usr/lib/systemd/system");
    const auto place = [&](const char* directory) { return std::ranges::find(path, directory); };
    BOOST_TEST((place("/etc/systemd/system") < place("/run/systemd/generator")));
    BOOST_TEST((place("/run/systemd/system") < place("/run/systemd/generator")));
    BOOST_TEST((place("/run/systemd/generator") < place("/usr/local/lib/systemd/system")));
    BOOST_TEST(std::ranges::count(path, "/usr/lib/systemd/system") == 1);
}

BOOST_AUTO_TEST_CASE(drop_ins_apply_in_the_order_of_their_names_and_the_first_directory_counts) {
    const std::array directories = {DropInDirectory{"/1", {"60-b.conf", "10-a.conf", "x"}},
                                    DropInDirectory{"/2", {"60-b.conf", "20-c.conf", ".d.conf"}},
                                    DropInDirectory{"/3", {"60-b.conf"}}};
    const auto found = order_drop_ins(directories);
    BOOST_REQUIRE(found.size() == 3U);
    BOOST_TEST(found[0].path == "/1/10-a.conf");
    BOOST_TEST(found[1].path == "/2/20-c.conf");
    BOOST_TEST(found[2].path == "/1/60-b.conf");
    BOOST_TEST(found[2].hides == (Lines{"/2/60-b.conf", "/3/60-b.conf"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
