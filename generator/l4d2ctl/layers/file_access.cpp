#include "generator/l4d2ctl/layers/file_access.hpp"

#include "generator/instance/game.hpp"
#include "generator/text/diagnostic.hpp"

#include <fmt/format.h>

namespace left4me::ctl {

LayerSight sight_of_layer(bool idmapped, UserIds user, UserIds sandbox_user) {
    const UserIds other = idmapped ? sandbox_user : user;
    return {user, swap_ids(user.uid, other.uid), swap_ids(user.gid, other.gid)};
}

bool permits(const FileAccess& file, const LayerSight& sight, Permission permission) {
    constexpr unsigned of_owner = 6;
    constexpr unsigned of_group = 3;
    unsigned shift = 0;
    if (seen_through(sight.uids, file.owner.uid) == sight.user.uid)
        shift = of_owner;
    else if (seen_through(sight.gids, file.owner.gid) == sight.user.gid)
        shift = of_group;
    const auto wanted = static_cast<unsigned>(permission);
    return ((file.mode >> shift) & wanted) == wanted;
}

Complaint objection_to_unreadable(const UnreadableFiles& files, const std::string& layer,
                                  const std::string& user) {
    const std::string more = files.count > 1 ? fmt::format(" and {} more", files.count - 1) : "";
    return {fmt::format("the user {} may not read {}{} in the layer {}", user,
                        printable(files.first), more, printable(layer)),
            "let everybody read the layer (chmod -R a+rX)"};
}

Complaint objection_to_unwritable(const std::string& layer, const std::string& user,
                                  const std::string& owner) {
    return {fmt::format("the user {} may not write to {}, so the server can save no logs and "
                        "downloads",
                        user, printable(fmt::format("{}/{}", layer, game::directory))),
            fmt::format("give it to {} with chown", owner)};
}

} // namespace left4me::ctl
