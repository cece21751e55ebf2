#include "generator/l4d2ctl/layers/layer_users.hpp"

#include "generator/overlay/id_map.hpp"

#include <fmt/format.h>

namespace left4me::ctl {

std::string KnownUsers::name_of(std::uint32_t uid) const {
    if (uid == 0)
        return "root";
    for (const KnownUser* user : {&runtime, &sandbox})
        if (user->ids && user->ids->uid == uid &&
            user->name.find_first_not_of("0123456789") != std::string::npos)
            return user->name;
    return fmt::format("uid {}", uid);
}

UserIds KnownUsers::seen(UserIds on_disk) const {
    if (!runtime.ids || !sandbox.ids)
        return on_disk;
    return {seen_through(swap_ids(sandbox.ids->uid, runtime.ids->uid), on_disk.uid),
            seen_through(swap_ids(sandbox.ids->gid, runtime.ids->gid), on_disk.gid)};
}

} // namespace left4me::ctl
