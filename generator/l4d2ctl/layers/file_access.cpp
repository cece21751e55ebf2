#include "generator/l4d2ctl/layers/file_access.hpp"

#include "generator/instance/game.hpp"
#include "generator/text/diagnostic.hpp"
#include "generator/text/path_text.hpp"
#include "generator/text/word_list.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <utility>

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

void UnwritableDirectories::add(UnwritableDirectory directory) {
    const auto is_below = [&directory](const UnwritableDirectory& other) {
        return path_below(directory.path, other.path).has_value();
    };
    if (std::ranges::none_of(m_list, is_below))
        m_list.push_back(std::move(directory));
}

Complaint objection_to_unwritable(const UnwritableDirectories& directories,
                                  const std::string& layer, const std::string& user,
                                  const NamedUser& owner) {
    std::vector<std::string> all;
    std::vector<std::string> contents;
    bool is_owners = true;
    for (const UnwritableDirectory& directory : directories.list()) {
        all.push_back(shell_argument(fmt::format("{}/{}", layer, directory.path)));
        contents.emplace_back(directory.contents);
        is_owners &= directory.owner.uid == owner.ids.uid;
    }
    const std::string more = all.size() > 1 ? fmt::format(" and {} more", all.size() - 1) : "";
    // To give a user what is his already would change nothing.
    const std::string command =
        is_owners ? "chmod -R u+w" : fmt::format("chown -R {}", owner_argument(owner));
    return {
        fmt::format("the user {} may not write to {}{}, so the server cannot save {}", user,
                    printable_path(fmt::format("{}/{}", layer, directories.list().front().path)),
                    more, enumerate(contents)),
        fmt::format("stop its servers and run {} {}", command, fmt::join(all, " "))};
}

Complaint objection_to_unwritable_upper(const UnwritableDirectories& directories,
                                        const std::string& upper, const NamedUser& owner) {
    Complaint complaint = objection_to_unwritable(directories, upper, owner.name, owner);
    // As after a chown of the top alone. In an upper, root's directories are those of a layer.
    for (const UnwritableDirectory& directory : directories.list())
        if (directory.owner.uid != 0 && directory.owner.uid != owner.ids.uid) {
            complaint.remedy = fmt::format("stop the server and run {}",
                                           chown_from(directory.owner, owner, {upper}));
            break;
        }
    return complaint;
}

} // namespace left4me::ctl
