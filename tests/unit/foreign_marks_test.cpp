#include "generator/overlay/foreign_marks.hpp"

#include <boost/test/unit_test.hpp>

using namespace left4me;

namespace {

/// The attribute that was found, or "(none)".
std::string found(std::string_view names) {
    const auto attribute = find_mark_in_attributes(names);
    return attribute ? std::string(attribute->name) : "(none)";
}

bool is(std::string_view names, ForeignMark mark) {
    const auto attribute = find_mark_in_attributes(names);
    return attribute && attribute->mark == mark;
}

} // namespace

BOOST_AUTO_TEST_SUITE(foreign_marks)

BOOST_AUTO_TEST_CASE(the_files_of_fuse_overlayfs_and_aufs_are_marks_by_their_names) {
    BOOST_CHECK(find_mark_in_name(".wh.server.cfg") == ForeignMark::whiteout_file);
    BOOST_CHECK(find_mark_in_name(".wh.\xff\n") == ForeignMark::whiteout_file);
    BOOST_CHECK(find_mark_in_name(".wh..wh..opq") == ForeignMark::opaque_file);
    BOOST_CHECK(find_mark_in_name(".wh..wh.plnk") == ForeignMark::whiteout_file);
}

BOOST_AUTO_TEST_CASE(other_names_are_none) {
    for (const std::string_view name : {"", ".", "wh.x", ".wh", ".wh.", ".whx", "x.wh.y", ".WH.x"})
        BOOST_CHECK_MESSAGE(!find_mark_in_name(name), name);
}

BOOST_AUTO_TEST_CASE(the_attributes_of_other_implementations_are_marks) {
    using namespace std::string_view_literals;
    BOOST_CHECK(is("user.fuseoverlayfs.opaque\0"sv, ForeignMark::fuse_overlayfs));
    BOOST_CHECK(is("user.fuseoverlayfs.origin\0"sv, ForeignMark::fuse_overlayfs));
    BOOST_CHECK(is("security.fuseoverlayfs.override_stat\0"sv, ForeignMark::fuse_overlayfs));
    BOOST_CHECK(is("user.overlay.opaque\0"sv, ForeignMark::user_overlay));
    BOOST_CHECK(is("user.containers.override_stat\0"sv, ForeignMark::containers));
    BOOST_CHECK(is("trusted.overlay.redirect\0"sv, ForeignMark::redirect));
    BOOST_CHECK(is("trusted.overlay.metacopy\0"sv, ForeignMark::metacopy));
}

BOOST_AUTO_TEST_CASE(what_every_overlay_writes_is_none) {
    using namespace std::string_view_literals;
    BOOST_TEST(found("trusted.overlay.opaque\0trusted.overlay.origin\0trusted.overlay.impure\0"
                     "trusted.overlay.nlink\0trusted.overlay.uuid\0trusted.left4me.scanned\0"
                     "user.comment\0security.capability\0system.posix_acl_access\0"sv) == "(none)");
    BOOST_TEST(found("trusted.overlay.redirected\0user.overlayfs\0user.fuseoverlayfs\0"
                     "user.containers.override_stat2\0"sv) == "(none)");
    BOOST_TEST(found("") == "(none)");
}

BOOST_AUTO_TEST_CASE(the_first_of_several_is_found_wherever_it_stands) {
    using namespace std::string_view_literals;
    BOOST_TEST(found("user.a\0user.overlay.origin\0user.fuseoverlayfs.opaque\0"sv) ==
               "user.overlay.origin");
    BOOST_TEST(found("user.a\0user.overlay.x"sv) == "user.overlay.x");
}

BOOST_AUTO_TEST_CASE(a_mark_is_described_with_its_file_its_maker_and_what_to_do) {
    BOOST_TEST(
        to_string(complain_of(ForeignMark::whiteout_file, "/u/.wh.a", "")) ==
        "'/u/.wh.a' is a mark of fuse-overlayfs or aufs, which the kernel's overlay takes "
        "for any other file, so that what was deleted there would reappear: copy what you need out "
        "of a mount by whatever wrote it, and begin with an empty upper");
    BOOST_TEST(
        to_string(complain_of(ForeignMark::fuse_overlayfs, "/u/a", "user.fuseoverlayfs.opaque")) ==
        "'/u/a' has the attribute 'user.fuseoverlayfs.opaque' of fuse-overlayfs, which the "
        "kernel's overlay does not understand, so that files deleted there would reappear, and "
        "owners and modes be wrong: copy what you need out of a mount by fuse-overlayfs "
        "and begin with an empty upper");
}

BOOST_AUTO_TEST_CASE(no_name_forges_a_line) {
    BOOST_TEST(to_string(complain_of(ForeignMark::redirect, "/u/a\nb\xff", "x\x1b"))
                   .starts_with("'/u/a\\x0ab\\xff' has the attribute 'x\\x1b' of "));
}

BOOST_AUTO_TEST_SUITE_END()
