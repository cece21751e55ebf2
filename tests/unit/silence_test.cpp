#include "generator/watch/silence.hpp"

#include <array>
#include <boost/test/unit_test.hpp>

using namespace left4me::watch;
using namespace std::chrono_literals;

namespace {

constexpr SilenceLimits limits = {180s, 30s};

Hearing silent(const std::string& server, Duration since) {
    return {server, since, true, true};
}

} // namespace

BOOST_AUTO_TEST_SUITE(silence)

BOOST_AUTO_TEST_CASE(one_that_never_answered_is_watched_all_the_same) {
    const std::array both = {silent("a", 0s), silent("b", 10s)};
    BOOST_TEST(judge_silence(both, 2, limits, 300s).to_end.size() == 2U);
    const Judgement of_three = judge_silence(both, 3, limits, 300s);
    BOOST_TEST(of_three.to_end.empty());
    BOOST_TEST(of_three.spared.size() == 2U);
}

BOOST_AUTO_TEST_CASE(those_that_fell_silent_long_after_each_other_have_no_common_cause) {
    const std::array both = {silent("a", 0s), silent("b", 31s)};
    BOOST_TEST(judge_silence(both, 3, limits, 300s).to_end.size() == 2U);
}

BOOST_AUTO_TEST_SUITE_END()
