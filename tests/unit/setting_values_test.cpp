#include "generator/text/setting_values.hpp"

#include <boost/test/unit_test.hpp>

using namespace left4me;

BOOST_AUTO_TEST_SUITE(boolean_text)

BOOST_AUTO_TEST_CASE(every_spelling_of_true_is_true_in_any_letter_case) {
    for (const char* const text :
         {"1", "yes", "y", "true", "t", "on", "YES", "Y", "True", "tRuE", "T", "ON"})
        BOOST_TEST_CONTEXT(text) {
            BOOST_TEST(parse_boolean(text).has_value());
            BOOST_TEST(parse_boolean(text).value_or(false));
        }
}

BOOST_AUTO_TEST_CASE(every_spelling_of_false_is_false_in_any_letter_case) {
    for (const char* const text :
         {"0", "no", "n", "false", "f", "off", "NO", "N", "False", "fAlSe", "F", "OFF"})
        BOOST_TEST_CONTEXT(text) {
            BOOST_TEST(parse_boolean(text).has_value());
            BOOST_TEST(!parse_boolean(text).value_or(true));
        }
}

BOOST_AUTO_TEST_CASE(anything_else_is_no_boolean) {
    for (const char* const text : {"", " ", "yes ", " no", "2", "-1", "01", "ye", "yess", "enabled",
                                   "null", "o", "ja", "yes no"})
        BOOST_TEST_CONTEXT(text)
    BOOST_TEST(!parse_boolean(text).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(time_span)

BOOST_AUTO_TEST_CASE(a_number_with_any_unit_or_none_is_a_time_span) {
    for (const char* const text :
         {"0",      "90",      "5us",      "5usec",   "5µs",  "5ms",       "5msec",    "60s",
          "60sec",  "1second", "2seconds", "1m",      "1min", "1minute",   "2minutes", "1h",
          "1hr",    "1hour",   "2hours",   "1d",      "1day", "2days",     "1w",       "1week",
          "2weeks", "1M",      "1month",   "2months", "1y",   "999999999s"})
        BOOST_TEST_CONTEXT(text)
    BOOST_TEST(is_time_span(text));
}

BOOST_AUTO_TEST_CASE(several_numbers_add_up_with_or_without_blanks) {
    for (const char* const text : {"1min 30s", "1min30s", "1h  2min   3s", "1 min 30 s", "5 60"})
        BOOST_TEST_CONTEXT(text)
    BOOST_TEST(is_time_span(text));
}

BOOST_AUTO_TEST_CASE(a_time_span_has_microseconds) {
    BOOST_TEST(parse_time_span("90").value() == 90'000'000U);
    BOOST_TEST(parse_time_span("1min 30s 5ms").value() == 90'005'000U);
    BOOST_TEST(!parse_time_span("soon").has_value());
}

BOOST_AUTO_TEST_CASE(infinity_is_a_time_span) {
    BOOST_TEST(is_time_span("infinity"));
    BOOST_TEST(!is_time_span("infinity 1s"));
    BOOST_TEST(!is_time_span("Infinity"));
}

BOOST_AUTO_TEST_CASE(anything_else_is_none) {
    for (const char* const text : {"", "s", "-1", "+1", "1.5s", ".5s", "1x", "1S", "1 fortnight",
                                   "60s;", "60s\nUser=root", "1min,30s", "%n", "1s x", "x 1s"})
        BOOST_TEST_CONTEXT(text)
    BOOST_TEST(!is_time_span(text));
}

BOOST_AUTO_TEST_CASE(a_number_too_long_to_be_meant_is_refused) {
    BOOST_TEST(!is_time_span("1s 99999999999999999999"));
    // 64 bits of microseconds are 584,542 years and a bit.
    BOOST_TEST(is_time_span("584541y"));
    BOOST_TEST(!is_time_span("584543y"));
    BOOST_TEST(!is_time_span("584541y 584541y"));
    BOOST_TEST(is_time_span("18446744073709551614us"));
    BOOST_TEST(!is_time_span("18446744073709551615us"));
}

BOOST_AUTO_TEST_CASE(every_unit_of_systemd_is_known) {
    for (const char* const span : {"1year", "2years", "5\u03bcs", "5\u00b5s", "1y", "3 months"})
        BOOST_TEST(is_time_span(span), span);
}

BOOST_AUTO_TEST_SUITE_END()
