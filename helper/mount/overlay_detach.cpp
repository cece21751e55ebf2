#include "helper/mount/overlay_detach.hpp"

#include "generator/host/file_descriptor.hpp"
#include "generator/host/file_status.hpp"
#include "generator/host/system_error.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

namespace left4me {

bool make_read_only(int mount, const std::string& path) {
    // By the file system and not by a mount of it, which mount(2) would do as well: whoever has
    // another mount of it, and be it in a namespace of his own, could still write.
    const FileDescriptor context(
        checked(::fspick(mount, "", FSPICK_CLOEXEC | FSPICK_EMPTY_PATH), "fspick", path));
    checked(::fsconfig(context.get(), FSCONFIG_SET_FLAG, "ro", nullptr, 0), "fsconfig", path);
    return checked(::fsconfig(context.get(), FSCONFIG_CMD_RECONFIGURE, nullptr, nullptr, 0),
                   "fsconfig", path, {EBUSY}) == 0;
}

void detach_child(int parent, const std::string& name, const std::string& path) {
    // umount2 takes no descriptor; from inside the pinned parent the name can lead nowhere else.
    checked(::fchdir(parent), "fchdir", path);
    if (::umount2(name.c_str(), UMOUNT_NOFOLLOW) == 0 ||
        (errno == EBUSY && ::umount2(name.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW) == 0))
        return;
    const int error = errno;
    // Others unmount without our lock, such as systemd, when it stops the mount unit.
    const auto around = place_of(parent, "", AT_EMPTY_PATH);
    const auto entry = place_of(parent, name.c_str(), AT_SYMLINK_NOFOLLOW);
    const bool is_gone = around && entry && around->mount_id == entry->mount_id;
    if (error != EINVAL || !is_gone)
        throw SystemError("umount2", path, error);
}

} // namespace left4me
