#include "generator/host/mount_place.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

namespace left4me {

std::optional<MountPlace> place_of(int directory, const char* path, int flags) {
    struct statx status = {};
    if (::statx(directory, path, flags | AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC, STATX_MNT_ID,
                &status) != 0)
        return std::nullopt;
    return MountPlace{status.stx_mnt_id,
                      fmt::format("{}:{}", status.stx_dev_major, status.stx_dev_minor)};
}

} // namespace left4me
