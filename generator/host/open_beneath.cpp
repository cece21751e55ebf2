#include "generator/host/open_beneath.hpp"

#include <cerrno>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>

namespace left4me {

FileDescriptor open_with(int directory, const std::string& path, int flags, std::uint64_t resolve) {
    constexpr int most_tries = 10;
    open_how how = {};
    how.flags = static_cast<decltype(how.flags)>(flags | O_CLOEXEC);
    how.resolve = resolve;

    long fd = -1;
    for (int tries = 0; tries < most_tries; ++tries) {
        fd = ::syscall(SYS_openat2, directory, path.c_str(), &how, sizeof how);
        if (fd >= 0 || errno != EAGAIN)
            break;
    }
    return FileDescriptor(static_cast<int>(fd));
}

FileDescriptor open_beneath(int directory, const std::string& path, int flags) {
    return open_with(directory, path, flags,
                     RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS);
}

} // namespace left4me
