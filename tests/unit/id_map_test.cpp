#include "plan/id_map.hpp"

#include <boost/test/unit_test.hpp>
#include <limits>

using namespace left4me;

namespace {

constexpr std::uint32_t no_id = std::numeric_limits<std::uint32_t>::max();

/// Where the map takes an id, or `no_id`.
std::uint32_t seen_as(const IdMap& map, std::uint32_t id) {
    for (const IdMapExtent& extent : map)
        if (id >= extent.on_disk && id - extent.on_disk < extent.count)
            return extent.seen + (id - extent.on_disk);
    return no_id;
}

/// Every id on disk stands in exactly one extent, the extents being in order, and so does every id
/// seen, the map being its own inverse.
void expect_complete(const IdMap& map) {
    std::uint64_t next = 0;
    for (const IdMapExtent& extent : map) {
        BOOST_TEST(extent.on_disk == next);
        BOOST_TEST(extent.count > 0U);
        BOOST_TEST(seen_as(map, extent.seen) == extent.on_disk);
        next = std::uint64_t{extent.on_disk} + extent.count;
    }
    BOOST_TEST(next == no_id);
}

} // namespace

BOOST_AUTO_TEST_SUITE(id_map)

BOOST_AUTO_TEST_CASE(two_ids_far_apart_take_five_extents) {
    const IdMap map = swap_ids(997, 1000);
    BOOST_TEST(to_proc_text(map) == "0 0 997\n997 1000 1\n998 998 2\n1000 997 1\n"
                                    "1001 1001 4294966294\n");
}

BOOST_AUTO_TEST_CASE(the_order_of_the_two_does_not_matter) {
    BOOST_TEST((swap_ids(1000, 997) == swap_ids(997, 1000)));
}

BOOST_AUTO_TEST_CASE(every_id_is_mapped_exactly_once) {
    const std::pair<std::uint32_t, std::uint32_t> pairs[] = {
        {997, 1000}, {996, 997}, {0, 1}, {0, 500}, {1, no_id - 1}, {no_id - 2, no_id - 1}};
    for (const auto& [a, b] : pairs) {
        BOOST_TEST_CONTEXT(a << " and " << b) {
            const IdMap map = swap_ids(a, b);
            expect_complete(map);
            BOOST_TEST(seen_as(map, a) == b);
            BOOST_TEST(seen_as(map, b) == a);
            BOOST_TEST(seen_as(map, 12345) == 12345U);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
