#include "generator/overlay/free_space.hpp"

#include "generator/overlay/mount_objections.hpp"

#include <fcntl.h>
#include <sys/vfs.h>

namespace left4me {

std::optional<Complaint> objection_to_full_upper(int upper, const std::string& path) {
    struct statfs found = {};
    if (::fstatfs(upper, &found) != 0)
        return std::nullopt;
    // Some have no fixed number of inodes or blocks, and say that they have none.
    return objection_to_space(path, found.f_blocks == 0 || found.f_bavail > 0,
                              found.f_files == 0 || found.f_ffree > 0);
}

std::optional<Complaint> objection_to_full_upper(const HostTree& tree, const std::string& path) {
    const FileDescriptor upper = tree.open(path, O_PATH | O_DIRECTORY);
    return upper ? objection_to_full_upper(upper.get(), path) : std::nullopt;
}

} // namespace left4me
