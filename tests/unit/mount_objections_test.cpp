#include "generator/overlay/mount_objections.hpp"

#include <boost/test/unit_test.hpp>

using namespace left4me;

namespace {

std::string text_of(const std::optional<Complaint>& objection) {
    return objection ? to_string(*objection) : "";
}

} // namespace

BOOST_AUTO_TEST_SUITE(mount_objections)

BOOST_AUTO_TEST_CASE(a_file_system_that_is_missing_is_named_with_its_unit) {
    const MissingMount missing = {"/srv", "srv.mount"};
    BOOST_TEST(to_string(objection_to_directory("/srv/runtime/alpha", missing)) ==
               "/srv/runtime/alpha needs the file system of /srv, and nothing is mounted there: "
               "run systemctl start 'srv.mount'");
    BOOST_TEST(to_string(objection_to_layer("/srv/x", missing)) ==
               "the layer '/srv/x' needs the file system of '/srv', and nothing is mounted there: "
               "run systemctl start 'srv.mount', or take the layer out of L4D2_LOWERDIRS");
}

BOOST_AUTO_TEST_CASE(an_upper_needs_space_and_inodes) {
    BOOST_TEST(text_of(objection_to_space("/r/upper", true, true)).empty());
    BOOST_TEST(text_of(objection_to_space("/r/upper", false, true)) ==
               "the file system of /r/upper has no space left, so the server can write nothing "
               "new: remove what is not needed (see df /r/upper)");
    BOOST_TEST(text_of(objection_to_space("/r/upper", true, false)) ==
               "the file system of /r/upper has no inodes left, so the server can write nothing "
               "new: remove what is not needed (see df -i /r/upper)");
}

BOOST_AUTO_TEST_CASE(a_refusal_has_the_parts_of_what_it_was_made_of) {
    const Diagnostic diagnostic{Severity::error, "a.env", 2, {"it is gone", "make it"}};
    const Refusal of_one(Refused::policy, diagnostic);
    BOOST_TEST(of_one.what() == std::string("a.env:2: it is gone: make it"));
    BOOST_TEST(to_string(of_one.complaint()) == "it is gone: make it");

    const Diagnostic warning{Severity::warning, "a.env", 1, {"odd", "look"}};
    const Refusal of_many(Refused::configuration, Diagnostics{warning, diagnostic, diagnostic});
    BOOST_TEST(of_many.what() ==
               std::string("a.env:2: it is gone: make it\na.env:2: it is gone: make it"));
    BOOST_TEST(of_many.complaint().problem == "it is gone");

    const Refusal of_none(Refused::busy, Complaint{"busy", "wait"});
    BOOST_TEST(of_none.what() == std::string("busy: wait"));
}

BOOST_AUTO_TEST_SUITE_END()
