#include "helper/inheritance.hpp"

#include "generator/host/process_capabilities.hpp"
#include "generator/host/system_error.hpp"

#include <array>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <linux/capability.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace left4me {

namespace {

constexpr std::array used_capabilities = {
    // Mounts, namespaces and id maps. A map that has root in it takes CAP_SETFCAP
    // (user_namespaces(7)).
    CAP_SYS_ADMIN, CAP_SYS_CHROOT, CAP_SETUID, CAP_SETGID, CAP_SETFCAP,
    // Directories of other users: looked through and given away.
    CAP_DAC_READ_SEARCH, CAP_CHOWN,
    // Who holds an overlay that is busy.
    CAP_SYS_PTRACE,
    // The overlay's own: copying a file up with all it has, whiteouts, work on files of any mode.
    CAP_DAC_OVERRIDE, CAP_FOWNER, CAP_FSETID, CAP_MKNOD, CAP_LINUX_IMMUTABLE};

void occupy_standard_descriptors() {
    int fd = -1;
    do {
        fd = checked(::open("/dev/null", O_RDWR), "open", "/dev/null");
    } while (fd <= STDERR_FILENO);
    ::close(fd);
}

/// 500 layers take a thousand descriptors, which is just what the usual soft limit does not give;
/// and the limits of a caller shall not end it between mounting and writing the record.
void raise_limits() {
    constexpr rlimit none = {RLIM_INFINITY, RLIM_INFINITY};
    for (const auto resource : {RLIMIT_FSIZE, RLIMIT_CPU, RLIMIT_AS, RLIMIT_DATA, RLIMIT_NOFILE}) {
        // As far as it goes: there is no infinity of open files, and root may lack
        // CAP_SYS_RESOURCE.
        rlimit limit = {};
        if (::setrlimit(resource, &none) == 0 || ::getrlimit(resource, &limit) != 0)
            continue;
        limit.rlim_cur = limit.rlim_max;
        ::setrlimit(resource, &limit);
    }
}

/// Whoever reads may go away, and a file may not be written: both are errors and not the end.
void ignore_signals() {
    for (const int signal : {SIGPIPE, SIGXFSZ})
        std::signal(signal, SIG_IGN);
    std::signal(SIGCHLD, SIG_DFL);
}

} // namespace

void shed_inheritance() {
    constexpr mode_t shared_read_only = 0022;
    ::umask(shared_read_only);
    ::clearenv();
    ::close_range(STDERR_FILENO + 1, ~0U, 0);
    occupy_standard_descriptors();
    raise_limits();
    ignore_signals();
    keep_capabilities(used_capabilities);
}

} // namespace left4me
