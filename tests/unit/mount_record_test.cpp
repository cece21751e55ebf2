#include "generator/overlay/mount_record.hpp"

#include <boost/test/unit_test.hpp>

using namespace left4me;

namespace {

MountRecord record() {
    MountRecord record;
    record.plan.instance = "my-inst";
    record.plan.layers = {{"/srv/overlays/a \"b\" ü", 64769, 18446744073709551615U, true},
                          {"/srv/installation", 1, 2, false}};
    record.plan.directory = "/srv/runtime/my-inst";
    record.plan.upper = {64769, 4711};
    record.plan.work = {64769, 4712};
    record.plan.users.runtime = {980, 981};
    record.plan.users.sandbox = {990, 4294967294};
    record.plan.way = MountWay::staged;
    record.configuration = "/etc/left4me/instances/my-inst/instance.env";
    record.fingerprint = 18446744073709551615U;
    record.mounted_at = 1767225600;
    record.mount_id = 9007199254740993;
    record.file_system = "0:45";
    return record;
}

void replace(std::string& text, const std::string& old_part, const std::string& new_part) {
    const std::size_t at = text.find(old_part);
    BOOST_REQUIRE(at != std::string::npos);
    text.replace(at, old_part.size(), new_part);
}

} // namespace

BOOST_AUTO_TEST_SUITE(mount_record)

BOOST_AUTO_TEST_CASE(a_record_comes_back_as_it_was) {
    const auto parsed = parse_record(to_json(record()));
    BOOST_REQUIRE(parsed.has_value());
    BOOST_TEST((parsed->plan == record().plan));
    BOOST_TEST(parsed->configuration == record().configuration);
    BOOST_TEST(parsed->fingerprint == record().fingerprint);
    BOOST_TEST(parsed->mounted_at == record().mounted_at);
    BOOST_TEST(parsed->mount_id == record().mount_id);
    BOOST_TEST(parsed->file_system == record().file_system);
    BOOST_TEST(!parsed->read_only);
}

BOOST_AUTO_TEST_CASE(a_record_knows_of_an_overlay_that_it_was_made_read_only) {
    MountRecord harmless = record();
    harmless.read_only = true;
    const auto parsed = parse_record(to_json(harmless));
    BOOST_REQUIRE(parsed.has_value());
    BOOST_TEST(parsed->read_only);
}

BOOST_AUTO_TEST_CASE(a_record_of_an_older_version_knows_neither_upper_nor_work) {
    std::string text = to_json(record());
    for (const std::string key : {"upper", "work", "read_only"})
        replace(text, "\"" + key + "\":", "\"another " + key + "\":");
    const auto parsed = parse_record(text);
    BOOST_REQUIRE(parsed.has_value());
    BOOST_TEST(!parsed->plan.upper.has_value());
    BOOST_TEST(!parsed->plan.work.has_value());
    BOOST_TEST(!parsed->read_only);
    BOOST_TEST(is_record_on(text, {1, 2}, {1, 3}));
}

BOOST_AUTO_TEST_CASE(the_text_of_a_record_tells_on_which_upper_and_work_it_is) {
    const std::string text = to_json(record());
    BOOST_TEST(is_record_on(text, {64769, 4711}, {64769, 4712}));
    BOOST_TEST(!is_record_on(text, {64769, 471}, {64769, 4712}));
    BOOST_TEST(!is_record_on(text, {64769, 4711}, {1, 4712}));
    BOOST_TEST(!is_record_on(text, {64769, 4712}, {64769, 4711}));
}

BOOST_AUTO_TEST_CASE(a_record_without_layers_comes_back_too) {
    MountRecord bare = record();
    bare.plan.layers.clear();
    const auto parsed = parse_record(to_json(bare));
    BOOST_REQUIRE(parsed.has_value());
    BOOST_TEST((parsed->plan == bare.plan));
}

BOOST_AUTO_TEST_CASE(a_path_that_is_not_utf8_does_not_stop_the_record) {
    MountRecord odd = record();
    odd.plan.layers[1].path = "/srv/\xff";
    const auto parsed = parse_record(to_json(odd));
    BOOST_REQUIRE(parsed.has_value());
    BOOST_TEST(parsed->plan.instance == "my-inst");
}

BOOST_AUTO_TEST_CASE(the_text_shows_which_directory_each_layer_was) {
    MountRecord one = record();
    one.plan.layers.push_back({"/srv/\"odd\" \xff", 3, 4, false});
    const std::string text = to_json(one);
    for (const PlannedLayer& layer : one.plan.layers) {
        BOOST_TEST(is_record_with(text, layer.path, {layer.device, layer.inode}), layer.path);
        BOOST_TEST(!is_record_with(text, layer.path, {layer.device, layer.inode + 1}));
        BOOST_TEST(!is_record_with(text, layer.path, {layer.device + 1, layer.inode}));
        BOOST_TEST(!is_record_with(text, layer.path + "x", {layer.device, layer.inode}));
    }
    BOOST_TEST(!is_record_with("", "/srv", {}));
}

BOOST_AUTO_TEST_CASE(a_record_is_text_that_ends_in_a_newline) {
    BOOST_TEST(to_json(record()).ends_with("}\n"));
}

BOOST_AUTO_TEST_CASE(cut_off_text_is_no_record) {
    const std::string text = to_json(record());
    for (std::size_t length = 0; length + 1 < text.size(); ++length)
        BOOST_TEST_CONTEXT("the first " << length << " bytes")
    BOOST_TEST(!parse_record(std::string_view(text).substr(0, length)).has_value());
}

BOOST_AUTO_TEST_CASE(a_record_of_another_version_is_none) {
    for (const std::string version : {"0", "1", "3", "\"2\"", "null"})
        BOOST_TEST_CONTEXT(version) {
            std::string text = to_json(record());
            replace(text, "\"version\": 2", "\"version\": " + version);
            BOOST_TEST(!parse_record(text).has_value());
        }
}

BOOST_AUTO_TEST_CASE(a_record_that_lacks_a_field_is_none) {
    for (const std::string key :
         {"version", "instance", "layers", "directory", "runtime_user", "sandbox_user",
          "configuration", "mounted_at", "mount_id", "file_system", "path", "device", "inode",
          "idmapped", "uid", "gid", "way", "fingerprint"})
        BOOST_TEST_CONTEXT(key) {
            std::string text = to_json(record());
            replace(text, "\"" + key + "\":", "\"another\":");
            BOOST_TEST(!parse_record(text).has_value());
        }
}

BOOST_AUTO_TEST_CASE(a_field_of_another_type_makes_it_no_record) {
    for (const auto& [old_part, new_part] :
         {std::pair{"\"my-inst\"", "7"}, std::pair{"\"idmapped\": true", "\"idmapped\": 1"},
          std::pair{"9007199254740993", "\"soon\""}})
        BOOST_TEST_CONTEXT(new_part) {
            std::string text = to_json(record());
            replace(text, old_part, new_part);
            BOOST_TEST(!parse_record(text).has_value());
        }
}

BOOST_AUTO_TEST_CASE(other_text_is_no_record) {
    for (const char* const text : {"", "null", "[]", "{}", "7", "\"x\"", "nonsense", "{} {}"})
        BOOST_TEST_CONTEXT(text)
    BOOST_TEST(!parse_record(text).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
