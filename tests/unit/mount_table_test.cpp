#include "plan/mount_table.hpp"

#include <boost/test/unit_test.hpp>

using namespace left4me;

namespace {

constexpr std::string_view table =
    "22 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n"
    "31 22 0:29 / /run rw,nosuid shared:5 - tmpfs tmpfs rw,mode=755\n"
    "54 22 0:40 / /srv/my\\040dir rw shared:1 master:2 - overlay left4me:alpha rw,lowerdir+=/\n"
    "55 22 0:41 / /mnt rw - fuse.x so\\134urce\\011\\040x rw\n"
    "56 22 0:42 / /broken rw\n";

std::string text_of_mount(std::uint64_t id) {
    const auto entry = find_mount(table, id);
    return entry ? entry->type + "|" + entry->source : "(none)";
}

} // namespace

BOOST_AUTO_TEST_SUITE(mount_table)

BOOST_AUTO_TEST_CASE(a_mount_is_found_whatever_optional_fields_it_has) {
    BOOST_TEST(text_of_mount(22) == "ext4|/dev/vda");
    BOOST_TEST(text_of_mount(31) == "tmpfs|tmpfs");
    BOOST_TEST(text_of_mount(54) == "overlay|left4me:alpha");
}

BOOST_AUTO_TEST_CASE(escapes_are_undone) {
    BOOST_TEST(text_of_mount(55) == "fuse.x|so\\urce\t x");
}

BOOST_AUTO_TEST_CASE(a_mount_that_is_not_there_is_not_found) {
    BOOST_TEST(text_of_mount(5) == "(none)");
    BOOST_TEST(text_of_mount(1) == "(none)");
    BOOST_TEST(text_of_mount(56) == "(none)");
    BOOST_TEST(!find_mount("", 1));
}

BOOST_AUTO_TEST_SUITE_END()
