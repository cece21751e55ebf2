#include "generator/overlay/idmappable.hpp"

#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/vfs.h>

namespace left4me {

Refusal not_idmappable(const std::string& path, std::string_view why) {
    return {Refused::policy,
            Complaint{fmt::format("the layer {} belongs to the sandbox, whose ids have to be "
                                  "swapped, and {}",
                                  printable(path), why),
                      "put it on a local ext4, xfs or btrfs, or give its top directory to the "
                      "servers' user"}};
}

void require_idmappable(int directory, const std::string& path) {
    struct statfs file_system = {};
    if (::fstatfs(directory, &file_system) == 0 && file_system.f_type == OVERLAYFS_SUPER_MAGIC)
        throw not_idmappable(path, "it lies on an overlay, which cannot be idmapped");
}

} // namespace left4me
