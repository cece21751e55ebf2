#include "generator/host/state_root.hpp"

#include "generator/host/mount_search.hpp"
#include "generator/host/system_error.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <utility>

namespace left4me {

StateRoot find_state_root(const HostTree& tree, const std::string& named) {
    // Without O_DIRECTORY the last component is not automounted (open(2), O_PATH).
    const FileDescriptor directory = tree.open_without_symlinks(named, O_PATH);
    const int error = directory ? 0 : errno;
    throw_if_shortage(error, "openat2", named);
    const bool may_be_symlink = error == ELOOP || error == ENOENT || error == ENOTDIR;
    if (!may_be_symlink)
        return {named, {}, {}};

    MountSearch search = search_mounts(tree, named);
    if (!search.problem.empty())
        return {{}, std::move(search.problem), "name the directory itself"};
    if (!search.replaceable_link.empty())
        return {{},
                fmt::format("leads through the symbolic link {}, and not only root can write to {}",
                            search.replaceable_link, search.writable_directory),
                fmt::format("write Root={}, or let only root write there", search.resolved)};
    if (search.resolved == "/")
        return {{}, "leads to /", "name a directory below it"};
    return {std::move(search.resolved), {}, {}};
}

} // namespace left4me
