#include "generator/l4d2ctl/words/server_complaints.hpp"

#include <boost/test/unit_test.hpp>

using namespace left4me;
using namespace left4me::ctl;

namespace {

std::string taken(const PortHolder& holder) {
    return to_string(port_taken("alpha", 27015, holder));
}

} // namespace

BOOST_AUTO_TEST_SUITE(server_complaints)

BOOST_AUTO_TEST_CASE(the_kernels_list_of_udp_sockets_is_read) {
    const auto sockets = parse_udp_sockets(
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  "
        "timeout "
        "inode ref pointer drops            \n"
        "  123: 0100007F:6987 00000000:0000 07 00000000:00000000 00:00000000 00000000  998        "
        "0 "
        "12345 2 0000000000000000 0         \n"
        "   9: 00000000000000000000000000000000:0035 00000000000000000000000000000000:0000 07 "
        "00000000:00000000 00:00000000 00000000     0        0 77 2 0000000000000000 0\n"
        "nonsense\n"
        " 1: nocolon 0 0 0 0 0 1\n"
        " 1: 0:10000 0 0 0 0 0 1\n"
        " 1: 0000000000000000FFFF00000500000A:6988 0 0 0 0 0 1 0\n"
        " 1: 00000000000000000000000001000000:6988 0 0 0 0 0 1 0\n"
        " 1: +100007F:6988 0 0 0 0 0 1 0\n");
    BOOST_TEST((sockets == std::vector<UdpSocket>{{"127.0.0.1", 27015, 998},
                                                  {"0.0.0.0", 53, 0},
                                                  {"10.0.0.5", 27016, 1},
                                                  {"", 27016, 1},
                                                  {"", 27016, 1}}));
    BOOST_TEST(parse_udp_sockets("").empty());
}

BOOST_AUTO_TEST_CASE(whoever_has_a_port_is_named_as_far_as_it_is_known) {
    const std::string remedy = ": stop that, or give this server another L4D2_PORT";
    BOOST_TEST(taken({"valheim", "valheim", 1234, ""}) ==
               "UDP port 27015 is taken by valheim (PID 1234)" + remedy);
    BOOST_TEST(taken({"valheim", "valheim", 1234, "valheim.service"}) ==
               "UDP port 27015 is taken by valheim (PID 1234, valheim.service)" + remedy);
    BOOST_TEST(taken({"valheim", "", 0, "valheim.service"}) ==
               "UDP port 27015 is taken by valheim.service" + remedy);
    BOOST_TEST(taken({"left4me", "srcds_linux", 5, "l4d2@beta.service"}) ==
               "UDP port 27015 is taken by l4d2@beta" + remedy);
    BOOST_TEST(
        taken({"root", "", 0, ""}) ==
        "UDP port 27015 is taken by a program of the user root (as root, ss -lunp names it)" +
            remedy);
    BOOST_TEST(taken({"left4me", "srcds_linux", 5, "l4d2@alpha.service"}) ==
               "UDP port 27015 is still taken by a process that its last run has left: systemctl "
               "kill --signal=KILL l4d2@alpha");
}

BOOST_AUTO_TEST_CASE(which_layers_were_replaced_is_told) {
    BOOST_TEST(to_string(layers_replaced("alpha", {"/srv/a"})) ==
               "the layer '/srv/a' has been replaced while it runs, and it still has what was "
               "there before: systemctl restart l4d2@alpha");
    BOOST_TEST(to_string(layers_replaced("alpha", {"/srv/a", "/srv/b", "/srv/c"})) ==
               "3 of its layers, among them '/srv/a', have been replaced while it runs, and it "
               "still has what was there before: systemctl restart l4d2@alpha");
}

BOOST_AUTO_TEST_CASE(what_is_old_and_what_is_new_is_told) {
    BOOST_TEST(to_string(started_between("alpha")) ==
               "it was started after its instance.env had changed and before systemd had read "
               "that, so it has the new layers, and the old port and arguments: systemctl "
               "daemon-reload, and then systemctl restart l4d2@alpha");
}

BOOST_AUTO_TEST_SUITE_END()
