#include "generator/units/unit_names.hpp"

#include <boost/test/unit_test.hpp>

using namespace left4me;

BOOST_AUTO_TEST_SUITE(unit_names)

BOOST_AUTO_TEST_CASE(an_instance_is_found_in_the_names_of_its_units) {
    BOOST_TEST(instance_of_service(service_name("a.b-c")).value_or("") == "a.b-c");
    BOOST_TEST(instance_of_service("l4d2@a.service.d", ".service.d").value_or("") == "a");
    BOOST_TEST(instance_of_layers_target(layers_target_name("a.b-c")).value_or("") == "a.b-c");
}

BOOST_AUTO_TEST_CASE(systemctl_is_given_the_ending_where_it_would_take_the_names_for_it) {
    BOOST_TEST(systemctl_name("a.b-c") == "l4d2@a.b-c");
    BOOST_TEST(systemctl_name("a.service") == "l4d2@a.service.service");
    BOOST_TEST(instance_of_service("l4d2@a.mount.service").value_or("") == "a.mount");
}

BOOST_AUTO_TEST_CASE(no_instance_is_found_in_other_names) {
    for (const std::string_view unit :
         {"l4d2@.service", "l4d2@a.target", "l4d2@.a.service", "l4d2-layers@a.target", "l4d2@",
          "xl4d2@a.service", "left4me-late-instances.service"})
        BOOST_TEST(!instance_of_service(unit));
    for (const std::string_view unit : {"l4d2-layers@.target", "l4d2@a.service", "l4d2.target"})
        BOOST_TEST(!instance_of_layers_target(unit));
}

BOOST_AUTO_TEST_SUITE_END()
