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

namespace {

/// Makes directories `owner`'s and writable. The owner of a layer may put a link in the place of
/// any directory below its top, where root's command would follow it: so root names the top alone,
/// and changes what belonged to somebody; the rest is the owner's to do.
std::string commands_for(const UnwritableDirectories& directories, const std::string& layer,
                         const NamedUser& owner) {
    std::vector<std::string> commands;
    std::vector<UserIds> others;
    std::vector<std::string> own;
    for (const UnwritableDirectory& directory : directories.list()) {
        if (directory.owner.uid == owner.ids.uid)
            own.push_back(shell_argument(fmt::format("{}/{}", layer, directory.path)));
        else if (std::ranges::count(others, directory.owner) == 0)
            others.push_back(directory.owner);
    }
    commands.reserve(others.size() + 1);
    for (const UserIds& other : others)
        commands.push_back(chown_from(other, owner, {layer}));
    if (!own.empty())
        commands.push_back(
            fmt::format("setpriv --reuid={} --regid={} --clear-groups chmod -R u+w {}",
                        owner.ids.uid, owner.ids.gid, fmt::join(own, " ")));
    return fmt::format("{}", fmt::join(commands, " && "));
}

} // namespace

Complaint objection_to_unwritable(const UnwritableDirectories& directories,
                                  const std::string& layer, const std::string& user,
                                  const NamedUser& owner) {
    std::vector<std::string> contents;
    for (const UnwritableDirectory& directory : directories.list())
        contents.emplace_back(directory.contents);
    const std::string more =
        contents.size() > 1 ? fmt::format(" and {} more", contents.size() - 1) : "";
    return {
        fmt::format("the user {} may not write to {}{}, so the server cannot save {}", user,
                    printable_path(fmt::format("{}/{}", layer, directories.list().front().path)),
                    more, enumerate(contents)),
        "stop its servers and run " + commands_for(directories, layer, owner)};
}

} // namespace left4me::ctl
