#include "generator/l4d2ctl/layers/layer_path.hpp"

#include "generator/text/fields.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

using namespace left4me;
using namespace left4me::ctl;

using Components = std::vector<std::string>;

namespace {

MergedPath read(const char* text) {
    HostConfiguration configuration;
    configuration.named_root = "/srv/left4me";
    return read_merged_path(text, configuration);
}

void expect_path(const char* text, const char* instance, const Components& components) {
    const MergedPath path = read(text);
    BOOST_TEST(path.complaint.problem == "");
    BOOST_TEST(path.instance == instance);
    BOOST_TEST(path.components == components, boost::test_tools::per_element());
}

std::string behind(const Components& components, std::size_t link, const char* target) {
    return path_behind(components, link, target, "/var/lib/left4me/runtime/alpha/merged")
        .value_or("elsewhere");
}

} // namespace

BOOST_AUTO_TEST_SUITE(layer_path)

BOOST_AUTO_TEST_CASE(a_relative_path_is_one_in_merged) {
    expect_path("left4dead2/cfg", "", {"left4dead2", "cfg"});
    expect_path("./left4dead2//cfg/.", "", {"left4dead2", "cfg"});
    expect_path(".", "", {});
}

BOOST_AUTO_TEST_CASE(an_absolute_path_says_of_which_instance_it_is) {
    expect_path("/var/lib/left4me/runtime/alpha/merged/a/b", "alpha", {"a", "b"});
    expect_path("/var/lib/left4me/runtime/alpha/merged", "alpha", {});
    expect_path("/srv/left4me/runtime/alpha/merged/a", "alpha", {"a"});
}

BOOST_AUTO_TEST_CASE(any_other_path_is_refused) {
    for (const char* text :
         {"/", "/etc/passwd", "/var/lib/left4me/runtime/alpha", "/var/lib/left4me/runtime",
          "/var/lib/left4me/runtime/alpha/upper/a", "/var/lib/left4me/runtime/.a/merged/a", "..",
          "a/../b", "/var/lib/left4me/runtime/alpha/merged/../a"})
        BOOST_TEST_CONTEXT(text)
    BOOST_TEST(read(text).complaint.problem != "");
}

BOOST_AUTO_TEST_CASE(a_path_is_joined_as_it_was_split) {
    BOOST_TEST(split("", '/') == Components(), boost::test_tools::per_element());
    BOOST_TEST(join(split("a/b/c", '/'), 3) == "a/b/c");
    BOOST_TEST(join(split("a/b/c", '/'), 1) == "a");
    BOOST_TEST(join({}, 0) == ".");
}

BOOST_AUTO_TEST_CASE(where_a_symlink_leads_is_a_path_in_merged) {
    BOOST_TEST(behind({"a", "link", "c"}, 1, "b") == "a/b/c");
    BOOST_TEST(behind({"a", "link", "c"}, 1, "../b/./d") == "b/d/c");
    BOOST_TEST(behind({"link"}, 0, ".") == ".");
    BOOST_TEST(behind({"a", "link"}, 1, "/var/lib/left4me/runtime/alpha/merged/b") == "b");
}

BOOST_AUTO_TEST_CASE(what_leads_out_of_merged_or_through_other_symlinks_is_not_guessed_at) {
    BOOST_TEST(behind({"a", "link"}, 1, "../../b") == "elsewhere");
    BOOST_TEST(behind({"a", "link"}, 1, "b/../c") == "elsewhere");
    BOOST_TEST(behind({"a", "link"}, 1, "/etc") == "elsewhere");
    BOOST_TEST(behind({"a", "link"}, 1, "/var/lib/left4me/runtime/alpha/merged/../a") ==
               "elsewhere");
}

BOOST_AUTO_TEST_SUITE_END()
