#include "generator/l4d2ctl/words/server_list_json.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

using namespace left4me;
using namespace left4me::ctl;

BOOST_AUTO_TEST_SUITE(server_list_json)

BOOST_AUTO_TEST_CASE(json_says_null_where_nothing_is_known) {
    Overview overview;
    overview.servers.emplace_back().name = "alpha";
    const auto server = nlohmann::json::parse(to_json(overview)).at("instances").at(0);
    for (const char* field : {"service",
                              "why",
                              "file",
                              "problem",
                              "warning",
                              "file_warning",
                              "port_taken",
                              "root_changed",
                              "restarted",
                              "layers_replaced",
                              "started_between",
                              "unread_file",
                              "port",
                              "command_port",
                              "address",
                              "running_port",
                              "running_address",
                              "mounted",
                              "left_mounted",
                              "memory",
                              "upper",
                              "needs_reload",
                              "watch"})
        BOOST_TEST(server.at(field).is_null(), field);
}

BOOST_AUTO_TEST_CASE(json_takes_bytes_that_are_no_text) {
    Overview overview;
    overview.servers.emplace_back().layers = {"/srv/\xff"};
    const auto server = nlohmann::json::parse(to_json(overview)).at("instances").at(0);
    BOOST_TEST(server.at("layers").at(0).get<std::string>() == "/srv/\xEF\xBF\xBD");
}

BOOST_AUTO_TEST_SUITE_END()
