// Preloaded into a process (LD_PRELOAD), says so on its stderr, with its user and its command. In a
// service that is the journal, whatever else the process may write to.

#include <cstdio>
#include <fcntl.h>
#include <unistd.h>

namespace {

[[gnu::constructor]] void leave_mark() {
    char command[64] = "?";
    if (const int fd = ::open("/proc/self/comm", O_RDONLY | O_CLOEXEC); fd >= 0) {
        const ssize_t length = ::read(fd, command, sizeof command - 1);
        command[length > 0 ? length - 1 : 0] = '\0';
        ::close(fd);
    }
    char text[128];
    const int length =
        std::snprintf(text, sizeof text, "preloaded as user %d into %s\n", ::geteuid(), command);
    [[maybe_unused]] const ssize_t written =
        ::write(STDERR_FILENO, text, static_cast<std::size_t>(length));
}

} // namespace
