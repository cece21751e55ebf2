#include "generator/l4d2ctl/layers/layer_words.hpp"

#include "generator/overlay/id_map.hpp"
#include "generator/text/enum_words.hpp"
#include "generator/text/json_text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace left4me::ctl {

namespace {

/// Raised whenever a field changes its meaning.
constexpr int layers_version = 1;

bool is_number(const std::string& text) {
    return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

constexpr EnumWords<FileType> type_words = {
    {FileType::file, "file"},
    {FileType::directory, "directory"},
    {FileType::symlink, "symlink"},
    {FileType::fifo, "fifo"},
    {FileType::socket, "socket"},
    {FileType::character_device, "character device"},
    {FileType::block_device, "block device"},
};

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
    return {seen_through(swap_ids(sandbox.ids->uid, runtime.ids->uid), on_disk.uid),
            seen_through(swap_ids(sandbox.ids->gid, runtime.ids->gid), on_disk.gid)};
}

const char* to_string(FileType type) {
    return type_words[type];
}

std::string layers_json(const char* view, nlohmann::ordered_json instances) {
    return printed(
        {{"version", layers_version}, {"view", view}, {"instances", std::move(instances)}});
}

} // namespace left4me::ctl
