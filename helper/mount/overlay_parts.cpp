#include "helper/mount/overlay_parts.hpp"

#include "generator/host/open_beneath.hpp"
#include "generator/host/system_error.hpp"
#include "generator/text/refusal.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

namespace left4me {

FileDescriptor open_in_clone(int clone, const std::string& name, int opened,
                             const std::string& parent_path) {
    const std::string path = parent_path + "/" + name;
    FileDescriptor fd = open_beneath(clone, name, O_PATH | O_DIRECTORY);
    const int error = errno;
    struct stat before = {};
    struct stat now = {};
    if (::fstat(opened, &before) != 0 || (fd && ::fstat(fd.get(), &now) != 0))
        throw SystemError("fstat", path, errno);
    if (fd && before.st_dev == now.st_dev && before.st_ino == now.st_ino)
        return fd;
    if (!fd && error != ENOENT && error != ELOOP && error != ENOTDIR)
        throw SystemError("openat2", path, error);
    throw Refusal(Refused::busy,
                  {fmt::format("{} was replaced while it was being mounted", path), "try again"});
}

} // namespace left4me
