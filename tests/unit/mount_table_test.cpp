#include "generator/overlay/mount_table.hpp"

#include <boost/test/unit_test.hpp>

using namespace left4me;

namespace {

constexpr std::string_view table =
    "23 29 0:22 / /proc rw,nosuid,nodev,noexec,relatime shared:13 - proc proc rw\n"
    "29 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw,errors=remount-ro\n"
    "41 29 0:35 / /mnt/private rw,relatime - tmpfs tmpfs rw\n"
    "52 29 254:2 /a /srv/two\\040words rw master:7 propagate_from:2 - xfs /dev/disk\\040one rw\n"
    "415 29 0:61 / /var/lib/left4me/runtime/alpha/merged rw,nosuid,nodev,relatime shared:215 - "
    "overlay left4me:alpha rw,lowerdir+=/,upperdir=/,workdir=/,redirect_dir=nofollow\n"
    "4150 29 0:62 / /var/lib/left4me/runtime/beta/merged rw - overlay left4me:beta rw\n"
    "60 29 0:63 / /mnt/odd rw - fuse.x\\134y a\\011b\\012c\\134040d\\089 rw\n"
    "61 29 0:64 / /mnt/dash-in-it rw - tmpfs - rw\n"
    "62 29 0:65 / /mnt/dash- rw master:1- - tmpfs behind rw\n"
    "63x 29 0:66 / /mnt/x rw - tmpfs wrong rw\n"
    "63 29 0:66 / /mnt/y rw - tmpfs right rw\n";

/// TYPE SOURCE, or "(none)".
std::string found(std::string_view text, std::uint64_t mount_id) {
    const auto entry = find_mount(text, mount_id);
    return entry ? entry->type + " " + entry->source : "(none)";
}

} // namespace

BOOST_AUTO_TEST_SUITE(mount_table)

BOOST_AUTO_TEST_CASE(a_mount_is_found_whatever_number_of_optional_fields_it_has) {
    BOOST_TEST(found(table, 41) == "tmpfs tmpfs");
    BOOST_TEST(found(table, 29) == "ext4 /dev/vda1");
    BOOST_TEST(found(table, 52) == "xfs /dev/disk one");
    BOOST_TEST(found(table, 415) == "overlay left4me:alpha");
}

BOOST_AUTO_TEST_CASE(only_the_whole_first_field_is_the_mount_id) {
    BOOST_TEST(found(table, 4150) == "overlay left4me:beta");
    BOOST_TEST(found(table, 4) == "(none)");
    BOOST_TEST(found(table, 1) == "(none)");
    BOOST_TEST(found(table, 254) == "(none)");
}

BOOST_AUTO_TEST_CASE(a_field_that_only_begins_with_the_number_is_another_mount) {
    BOOST_TEST(found(table, 63) == "tmpfs right");
}

BOOST_AUTO_TEST_CASE(a_dash_at_the_end_of_a_field_is_not_the_separator) {
    BOOST_TEST(found(table, 62) == "tmpfs behind");
}

BOOST_AUTO_TEST_CASE(octal_escapes_are_undone_once) {
    BOOST_TEST(found(table, 60) == "fuse.x\\y a\tb\nc\\040d\\089");
}

BOOST_AUTO_TEST_CASE(a_dash_for_a_source_is_not_the_separator) {
    BOOST_TEST(found(table, 61) == "tmpfs -");
}

BOOST_AUTO_TEST_CASE(a_mount_that_is_not_in_the_table_is_not_found) {
    BOOST_TEST(found(table, 999) == "(none)");
    BOOST_TEST(found("", 1) == "(none)");
    BOOST_TEST(found("\n\n", 0) == "(none)");
}

BOOST_AUTO_TEST_CASE(the_last_line_needs_no_newline) {
    BOOST_TEST(found("7 1 0:1 / /a rw - tmpfs none", 7) == "tmpfs none");
}

BOOST_AUTO_TEST_CASE(a_line_without_a_separator_is_no_mount) {
    BOOST_TEST(found("7 1 0:1 / /a rw shared:1\n", 7) == "(none)");
    BOOST_TEST(found("7", 7) == "(none)");
}

BOOST_AUTO_TEST_CASE(an_overlay_is_found_by_the_whole_of_its_source) {
    BOOST_TEST(find_overlay(table, "left4me:alpha").value_or("") ==
               "/var/lib/left4me/runtime/alpha/merged");
    BOOST_TEST(!find_overlay(table, "left4me:alph"));
    BOOST_TEST(!find_overlay(table, "eft4me:alpha"));
    BOOST_TEST(!find_overlay(table, "tmpfs"));
    BOOST_TEST(!find_overlay("", "left4me:alpha"));
}

BOOST_AUTO_TEST_CASE(where_an_overlay_is_mounted_is_unescaped) {
    BOOST_TEST(
        find_overlay("1 2 0:3 / /mnt/a\\040b rw shared:1 - overlay left4me:a rw\n", "left4me:a")
            .value_or("") == "/mnt/a b");
}

BOOST_AUTO_TEST_CASE(the_instances_of_overlays_are_those_that_their_sources_name) {
    const std::set<std::string> expected = {"alpha", "beta"};
    BOOST_TEST(find_overlay_instances(table) == expected, boost::test_tools::per_element());
    BOOST_TEST(find_overlay_instances("").empty());
    for (const char* const tail :
         {"tmpfs left4me:x rw", "overlay left4me: rw", "overlay left4me:../x rw",
          "overlay left4me:a\\040b rw", "overlay left4mex rw", "overlay xleft4me:x rw", ""})
        BOOST_TEST_CONTEXT(tail)
    BOOST_TEST(find_overlay_instances(std::string("1 2 0:3 / /left4me:x rw - ") + tail).empty());
}

BOOST_AUTO_TEST_CASE(all_mounts_are_listed_with_where_they_are) {
    const auto rows = list_mounts(table);
    // All but the one whose id is none.
    BOOST_TEST(rows.size() == 10U);
    BOOST_TEST(rows[3].type == "xfs");
    BOOST_TEST(rows[3].source == "/dev/disk one");
    BOOST_TEST(rows[3].id == 52U);
    BOOST_TEST(rows[3].parent == 29U);
    BOOST_TEST(rows[3].device == "254:2");
    BOOST_TEST(rows[3].mount_point == "/srv/two words");
    BOOST_TEST(list_mounts("").empty());
    BOOST_TEST(list_mounts("29 x 0:1 / / rw - a b c\n29\n\n29 1 0:1 / / rw a b c\n").empty());
}

BOOST_AUTO_TEST_SUITE_END()
