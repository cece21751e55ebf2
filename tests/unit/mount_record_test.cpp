#include "plan/mount_record.hpp"

#include <boost/test/unit_test.hpp>

using namespace left4me;

namespace {

MountRecord record() {
    MountRecord record;
    record.plan.instance = "alpha";
    record.plan.layers = {{"/srv/a \"b\"\\", 65024, 1169543, true}, {"/srv/c", 1, 2, false}};
    record.plan.directory = "/srv/runtime/alpha";
    record.plan.runtime_user = {997, 987};
    record.plan.sandbox_user = {996, 986};
    record.configuration = "/etc/left4me/instances/alpha/instance.env";
    record.mounted_at = 1795224862;
    record.mount_id = 54;
    return record;
}

} // namespace

BOOST_AUTO_TEST_SUITE(mount_record)

BOOST_AUTO_TEST_CASE(what_is_written_is_read_back) {
    const auto read = parse_record(to_json(record()));
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST((read->plan == record().plan));
    BOOST_TEST(read->configuration == record().configuration);
    BOOST_TEST(read->mounted_at == record().mounted_at);
    BOOST_TEST(read->mount_id == record().mount_id);
}

BOOST_AUTO_TEST_CASE(a_record_that_was_cut_off_is_none) {
    const std::string whole = to_json(record());
    for (std::size_t length = 0; length + 2 < whole.size(); ++length)
        BOOST_TEST(!parse_record(whole.substr(0, length)).has_value());
}

BOOST_AUTO_TEST_CASE(a_record_of_another_version_is_none) {
    std::string text = to_json(record());
    const std::string version = "\"version\": 1";
    text.replace(text.find(version), version.size(), "\"version\": 2");
    BOOST_TEST(!parse_record(text).has_value());
}

BOOST_AUTO_TEST_CASE(a_layer_that_is_no_utf8_can_be_recorded) {
    MountRecord odd = record();
    odd.plan.layers[0].path = "/srv/\xff";
    BOOST_TEST(parse_record(to_json(odd)).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
