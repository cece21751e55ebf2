#include "generator/l4d2ctl/layers/layer_words.hpp"

#include "generator/overlay/id_map.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <utility>

namespace left4me::ctl {

namespace {

/// Raised whenever a field changes its meaning.
constexpr int layers_version = 1;

bool is_number(const std::string& text) {
    return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::uint32_t seen_id(const IdMap& map, std::uint32_t on_disk) {
    for (const IdMapExtent& extent : map)
        if (on_disk >= extent.on_disk && on_disk - extent.on_disk < extent.count)
            return extent.seen + (on_disk - extent.on_disk);
    return on_disk;
}

} // namespace

std::string KnownUsers::name_of(std::uint32_t uid) const {
    if (uid == 0)
        return "root";
    for (const KnownUser* user : {&runtime, &sandbox})
        if (user->ids && user->ids->uid == uid && !is_number(user->name))
            return user->name;
    return fmt::format("uid {}", uid);
}

UserIds KnownUsers::seen(UserIds on_disk) const {
    if (!runtime.ids || !sandbox.ids)
        return on_disk;
    return {seen_id(swap_ids(sandbox.ids->uid, runtime.ids->uid), on_disk.uid),
            seen_id(swap_ids(sandbox.ids->gid, runtime.ids->gid), on_disk.gid)};
}

const char* to_string(FileType type) {
    switch (type) {
    case FileType::file:
        break;
    case FileType::directory:
        return "directory";
    case FileType::symlink:
        return "symlink";
    case FileType::fifo:
        return "fifo";
    case FileType::socket:
        return "socket";
    case FileType::character_device:
        return "character device";
    case FileType::block_device:
        return "block device";
    }
    return "file";
}

std::string layers_json(const char* view, nlohmann::ordered_json instances) {
    using nlohmann::ordered_json;
    const ordered_json root = {
        {"version", layers_version}, {"view", view}, {"instances", std::move(instances)}};
    constexpr int indent = 2;
    return root.dump(indent, ' ', true, ordered_json::error_handler_t::replace) + "\n";
}

} // namespace left4me::ctl
