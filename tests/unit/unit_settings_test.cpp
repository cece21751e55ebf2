#include "generator/l4d2ctl/units/unit_settings.hpp"

#include <boost/test/unit_test.hpp>

using namespace left4me::ctl;
using namespace std::string_literals;

namespace {

using Lines = std::vector<std::string>;

/// The settings as LINE [SECTION] KEY=VALUE.
Lines settings_in(std::string_view text) {
    Lines lines;
    for (const UnitSetting& setting : parse_unit_settings(text).settings)
        lines.push_back(std::to_string(setting.line) + " [" + setting.section + "] " + setting.key +
                        "=" + setting.value);
    return lines;
}

void expect_settings(std::string_view text, const Lines& expected) {
    BOOST_TEST_CONTEXT(text)
    BOOST_TEST(settings_in(text) == expected, boost::test_tools::per_element());
}

} // namespace

BOOST_AUTO_TEST_SUITE(unit_settings)

BOOST_AUTO_TEST_CASE(every_setting_is_kept_with_its_section_and_line) {
    expect_settings("[Unit]\nA=1\n\nB = 2 \n[Service]\nA=\nA=3",
                    {"2 [Unit] A=1", "4 [Unit] B=2", "6 [Service] A=", "7 [Service] A=3"});
}

BOOST_AUTO_TEST_CASE(what_systemd_passes_over_is_passed_over) {
    expect_settings("A=0\n[U]\n# A=1\n  ; A=2\nno assignment\n=3\nA=\xff\nB=4", {"8 [U] B=4"});
}

BOOST_AUTO_TEST_CASE(a_line_goes_on_behind_a_backslash_and_over_comments) {
    expect_settings("[U]\nA=a \\\n# no\n  b \\\n;no\nc\nB=2", {"2 [U] A=a    b  c", "7 [U] B=2"});
    expect_settings("[U]\nA=a\\\\\nB=2", {"2 [U] A=a\\\\", "3 [U] B=2"});
    expect_settings("[U]\nA=a\\\\\\\nB=2", {"2 [U] A=a\\\\ B=2"});
    expect_settings("[U]\nA=a\\", {"2 [U] A=a"});
}

BOOST_AUTO_TEST_CASE(a_value_may_have_equals_signs_and_a_key_blanks) {
    expect_settings("[U]\n A B = c=d \t", {"2 [U] A B=c=d"});
}

BOOST_AUTO_TEST_CASE(all_line_ends_and_a_byte_order_mark_are_known) {
    expect_settings("\xef\xbb\xbf[U]\r\nA=1\n\rB=2\rC=3\0D=4\n"s,
                    {"2 [U] A=1", "3 [U] B=2", "4 [U] C=3", "5 [U] D=4"});
}

BOOST_AUTO_TEST_CASE(a_broken_section_header_is_the_end) {
    const UnitSettings found = parse_unit_settings("[U]\nA=1\n[V\nB=2");
    BOOST_TEST(found.settings.size() == 1U);
    BOOST_TEST(found.broken_line == 3U);
    BOOST_TEST(parse_unit_settings("[U]\nA=[1\n").broken_line == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
