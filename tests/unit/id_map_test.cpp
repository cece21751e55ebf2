#include "generator/overlay/id_map.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>

using namespace left4me;

namespace {

constexpr std::uint32_t last_id = 4294967294;

/// Extents sorted by `start` follow one another from 0 to the last id.
bool covers_every_id_once(IdMap map, std::uint32_t IdMapExtent::*start) {
    std::ranges::sort(map, {}, start);
    std::uint64_t next = 0;
    for (const IdMapExtent& extent : map) {
        if (extent.*start != next || extent.count == 0)
            return false;
        next += extent.count;
    }
    return next == std::uint64_t{last_id} + 1;
}

struct Pair {
    std::uint32_t a;
    std::uint32_t b;
};

constexpr Pair pairs[] = {{997, 998},   {998, 997},   {1000, 5000}, {0, 1},
                          {0, 1000},    {1, 2},       {1, 3},       {65534, 999},
                          {0, last_id}, {last_id, 0}, {5, last_id}, {last_id - 1, last_id}};

} // namespace

BOOST_AUTO_TEST_SUITE(id_map)

BOOST_AUTO_TEST_CASE(two_ids_apart_make_five_extents) {
    BOOST_TEST(to_proc_text(swap_ids(980, 1001)) == "0 0 980\n"
                                                    "980 1001 1\n"
                                                    "981 981 20\n"
                                                    "1001 980 1\n"
                                                    "1002 1002 4294966293\n");
}

BOOST_AUTO_TEST_CASE(adjacent_ids_leave_out_the_extent_between) {
    BOOST_TEST(to_proc_text(swap_ids(980, 981)) == "0 0 980\n"
                                                   "980 981 1\n"
                                                   "981 980 1\n"
                                                   "982 982 4294966313\n");
}

BOOST_AUTO_TEST_CASE(id_zero_leaves_out_the_extent_below) {
    BOOST_TEST(to_proc_text(swap_ids(0, 2)) == "0 2 1\n"
                                               "1 1 1\n"
                                               "2 0 1\n"
                                               "3 3 4294967292\n");
}

BOOST_AUTO_TEST_CASE(the_last_id_leaves_out_the_extent_above) {
    BOOST_TEST(to_proc_text(swap_ids(0, last_id)) == "0 4294967294 1\n"
                                                     "1 1 4294967293\n"
                                                     "4294967294 0 1\n");
}

BOOST_AUTO_TEST_CASE(an_id_swapped_with_itself_leaves_all_as_they_are) {
    BOOST_TEST(to_proc_text(swap_ids(980, 980)) == "0 0 4294967295\n");
    BOOST_TEST(to_proc_text(swap_ids(0, 0)) == "0 0 4294967295\n");
}

BOOST_AUTO_TEST_CASE(every_id_is_mapped_exactly_once_and_to_one_of_its_own) {
    for (const auto& [a, b] : pairs)
        BOOST_TEST_CONTEXT(a << " and " << b) {
            const IdMap map = swap_ids(a, b);
            BOOST_TEST(covers_every_id_once(map, &IdMapExtent::on_disk));
            BOOST_TEST(covers_every_id_once(map, &IdMapExtent::seen));
        }
}

BOOST_AUTO_TEST_CASE(the_two_ids_are_swapped_and_their_neighbours_stay) {
    for (const auto& [a, b] : pairs)
        BOOST_TEST_CONTEXT(a << " and " << b) {
            const IdMap map = swap_ids(a, b);
            BOOST_TEST(seen_through(map, a) == b);
            BOOST_TEST(seen_through(map, b) == a);
            for (const std::uint64_t id :
                 {std::uint64_t{0}, std::uint64_t{a} + 1, std::uint64_t{b} + 1,
                  std::uint64_t{a} - 1, std::uint64_t{b} - 1, std::uint64_t{65534},
                  std::uint64_t{last_id}})
                if (id <= last_id && id != a && id != b)
                    BOOST_TEST(seen_through(map, static_cast<std::uint32_t>(id)) == id);
        }
}

BOOST_AUTO_TEST_CASE(the_order_of_the_two_ids_makes_no_difference) {
    for (const auto& [a, b] : pairs)
        BOOST_TEST((swap_ids(a, b) == swap_ids(b, a)));
}

BOOST_AUTO_TEST_CASE(an_id_that_is_in_no_extent_shows_as_nobodys) {
    const IdMap map = {{10, 20, 2}};
    BOOST_TEST(seen_through(map, 9) == 65534);
    BOOST_TEST(seen_through(map, 10) == 20);
    BOOST_TEST(seen_through(map, 11) == 21);
    BOOST_TEST(seen_through(map, 12) == 65534);
}

BOOST_AUTO_TEST_SUITE_END()
