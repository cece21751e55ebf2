#include "generator/overlay/id_map.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <limits>

namespace left4me {

IdMap swap_ids(std::uint32_t a, std::uint32_t b) {
    constexpr std::uint32_t end = std::numeric_limits<std::uint32_t>::max();
    if (a == b)
        return {{0, 0, end}};
    const auto [low, high] = std::minmax(a, b);

    IdMap map;
    const auto add = [&map](std::uint32_t on_disk, std::uint32_t seen, std::uint32_t count) {
        if (count > 0)
            map.push_back({on_disk, seen, count});
    };
    add(0, 0, low);
    add(low, high, 1);
    add(low + 1, low + 1, high - low - 1);
    add(high, low, 1);
    add(high + 1, high + 1, end - high - 1);
    return map;
}

std::uint32_t seen_through(const IdMap& map, std::uint32_t on_disk) {
    constexpr std::uint32_t overflow_id = 65534;
    for (const IdMapExtent& extent : map)
        if (on_disk >= extent.on_disk && on_disk - extent.on_disk < extent.count)
            return extent.seen + (on_disk - extent.on_disk);
    return overflow_id;
}

std::string to_proc_text(const IdMap& map) {
    std::string text;
    for (const IdMapExtent& extent : map)
        text += fmt::format("{} {} {}\n", extent.on_disk, extent.seen, extent.count);
    return text;
}

} // namespace left4me
