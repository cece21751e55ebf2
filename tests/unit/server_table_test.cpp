#include "generator/l4d2ctl/words/server_table.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <sstream>

using namespace left4me;
using namespace left4me::ctl;

namespace {

constexpr std::uint64_t second = 1'000'000;
constexpr std::uint64_t now = 2'000'000 * second;

ServerOverview busy(const std::string& name) {
    ServerOverview server;
    server.name = name;
    server.service = ServiceState{"active", "running", now - 7'500 * second, 12, "", {}, {}, {}};
    server.autostart = true;
    server.port = 27015;
    server.layers = {"/a", "/b", "/c"};
    server.mounted = true;
    server.memory = 812'000'000;
    server.upper = UpperSize{1'300'000'000, 3, true};
    server.needs_reload = true;
    server.needs_restart = {RestartReason::layers};
    return server;
}

std::size_t longest_line(const std::string& text) {
    std::istringstream lines(text);
    std::size_t longest = 0;
    for (std::string line; std::getline(lines, line);) {
        const auto columns = std::ranges::count_if(
            line, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
        longest = std::max(longest, static_cast<std::size_t>(columns));
    }
    return longest;
}

} // namespace

BOOST_AUTO_TEST_SUITE(server_table)

BOOST_AUTO_TEST_CASE(a_row_has_all_there_is_to_know) {
    BOOST_TEST(render_table({{busy("alpha")}}, now, {}) ==
               "NAME  STATE   SINCE RST BOOT  PORT LYRS MNT MEMORY UPPER NEEDS\n"
               "alpha running 2h 5m  12 auto 27015    3 yes   774M  1.2G both\n");
}

BOOST_AUTO_TEST_CASE(who_plays_and_where_is_shown_if_anybody_tells) {
    ServerOverview server = busy("alpha");
    server.answer = watch::ServerAnswer{"c1m1_hotel", 3, 1, 8, "2026-11-30T20:00:00Z", 10, {}};
    BOOST_TEST(
        render_table({{server, busy("beta")}}, now, {}) ==
        "NAME  STATE   SINCE RST BOOT  PORT PLAYERS MAP        LYRS MNT MEMORY UPPER NEEDS\n"
        "alpha running 2h 5m  12 auto 27015     3/8 c1m1_hotel    3 yes   774M  1.2G both\n"
        "beta  running 2h 5m  12 auto 27015       - -             3 yes   774M  1.2G both\n");
}

BOOST_AUTO_TEST_CASE(a_silent_server_says_for_how_long) {
    ServerOverview server = busy("alpha");
    server.answer = watch::ServerAnswer{"c1m1_hotel", 3, 0, 8, "2026-11-30T20:00:00Z", 95, {}};
    BOOST_TEST(render_table({{server}}, now, {}).find(" silent 95s c1m1_hotel ") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_name_of_a_map_harms_no_terminal) {
    ServerOverview server = busy("alpha");
    server.answer = watch::ServerAnswer{"\x1b[31m\n\u202e", 0, 0, 8, "2026-11-30T20:00:00Z", 0, {}};
    BOOST_TEST(render_table({{server}}, now, {}).find(" \\x1b[31m\\x0a\\xe2\\x80\\xae ") !=
               std::string::npos);
    server.answer->map = std::string(1000, 'm');
    BOOST_TEST(render_table({{server}}, now, {}).find(" " + std::string(23, 'm') + "… ") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_server_that_has_another_port_shows_both) {
    ServerOverview server = busy("alpha");
    server.running_port = 27016;
    BOOST_TEST(render_table({{server}}, now, {}).find(" 27016>27015 ") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_address_shows_where_it_is_not_all_of_them) {
    ServerOverview server = busy("alpha");
    server.address = "10.0.0.5";
    BOOST_TEST(render_table({{server}}, now, {}).find(" 10.0.0.5:27015 ") != std::string::npos);
    server.running_address = "0.0.0.0";
    BOOST_TEST(render_table({{server}}, now, {}).find(" 27015>10.0.0.5:27015 ") !=
               std::string::npos);
    server.running_port = 27016;
    BOOST_TEST(render_table({{server}}, now, {}).find(" 27016>10.0.0.5:27015 ") !=
               std::string::npos);
    server.address = "0.0.0.0";
    server.running_address = "10.0.0.6";
    BOOST_TEST(render_table({{server}}, now, {}).find(" 10.0.0.6:27016>27015 ") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_port_of_its_own_command_counts) {
    ServerOverview server = busy("alpha");
    const auto shows = [&](const std::string& port) {
        return render_table({{server}}, now, {}).find(" " + port + " ") != std::string::npos;
    };
    server.command_port = 27018;
    server.running_port = 27018;
    BOOST_TEST(shows("27018"));
    // It still runs with that of its file.
    server.running_port.reset();
    BOOST_TEST(shows("27015>27018"));
    server.service->active = "inactive";
    BOOST_TEST(shows("27018"));
}

BOOST_AUTO_TEST_CASE(with_its_target_masked_nothing_starts_at_boot) {
    Overview overview{{busy("alpha")}};
    overview.target_masked = true;
    BOOST_TEST(render_table(overview, now, {}).find(" never ") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_not_known_is_not_what_is_not) {
    ServerOverview server;
    server.name = "alpha";
    BOOST_TEST(render_table({{server}}, now, {}) ==
               "NAME  STATE SINCE RST BOOT PORT LYRS MNT MEMORY UPPER NEEDS\n"
               "alpha ?         -   - -       -    - ?        -     - ?\n");
    server.service = ServiceState{"inactive", "dead", 0, 0, "", {}, {}, {}};
    server.mounted = false;
    server.needs_reload = false;
    server.upper = UpperSize{0, 0, false};
    BOOST_TEST(render_table({{server}}, now, {}) ==
               "NAME  STATE   SINCE RST BOOT PORT LYRS MNT MEMORY UPPER NEEDS\n"
               "alpha stopped     -   - -       -    - -        -     ? -\n");
}

BOOST_AUTO_TEST_CASE(it_fits_80_columns_whatever_is_wrong) {
    ServerOverview broken = busy("b");
    broken.file = FileState::unusable;
    broken.problem = "/etc/left4me/instances/b/instance.env:3: the layer "
                     "'/var/lib/left4me/overlays/x' is listed twice: remove one of them";
    const std::string text = render_table({{busy(std::string(63, 'n')), broken}}, now, {false, 80});
    BOOST_TEST(longest_line(text) <= 80U);
    BOOST_TEST(text.find("nnnn… running") != std::string::npos);
    BOOST_TEST(text.find("is listed twice: remove one of them\n") != std::string::npos, text);
}

BOOST_AUTO_TEST_CASE(nothing_is_cut_for_who_reads_a_pipe) {
    const std::string name(63, 'n');
    BOOST_TEST(render_table({{busy(name)}}, now, {}).find(name + " running") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(colours_are_for_terminals) {
    BOOST_TEST(render_table({{busy("alpha")}}, now, {}).find('\x1b') == std::string::npos);
    BOOST_TEST(render_table({{busy("alpha")}}, now, {true, 80}).find("\x1b[32mrunning\x1b[0m") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_a_file_says_is_no_command_to_the_terminal) {
    ServerOverview server = busy("alpha");
    server.file = FileState::unusable;
    server.problem = "\x1b[2Jgone";
    BOOST_TEST(render_table({{server}}, now, {}).find("\\x1b[2Jgone") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
