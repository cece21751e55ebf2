#include "generator/host/limited_search.hpp"

#include "generator/host/file_descriptor.hpp"
#include "generator/host/system_error.hpp"
#include "generator/text/fields.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <exception>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace left4me {

namespace {

using Clock = std::chrono::steady_clock;

/// Bytes; what anybody may have (pipe(7), "/proc/sys/fs/pipe-max-size").
constexpr int pipe_size = 1024 * 1024;

/// In the child.
[[noreturn]] void
search_and_exit(int output,
                const std::function<void(const std::function<void(std::string)>&)>& search) {
    // It ends with its parent, however that ends, and until then holds no lock and no directory.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const auto kept = static_cast<unsigned>(output);
    ::close_range(STDERR_FILENO + 1, kept - 1, 0);
    ::close_range(kept + 1, ~0U, 0);
#ifndef __SANITIZE_ADDRESS__
    constexpr rlim_t most_memory = rlim_t{512} * 1024 * 1024;
    const rlimit limit = {most_memory, most_memory};
    ::setrlimit(RLIMIT_AS, &limit);
#endif
    try {
        search([output](std::string line) {
            std::ranges::replace(line, '\n', ' ');
            line += '\n';
            // A line is shorter than PIPE_BUF or may be cut: it names a process.
            if (::write(output, line.data(), line.size()) < 0)
                ::_exit(1);
        });
    } catch (const std::exception&) {
        ::_exit(1);
    }
    ::_exit(0);
}

/// Takes what there is.
///
/// \param fd  does not block
/// \return false at the end
bool read_what_is_there(int fd, std::string& text) {
    std::array<char, 16384> buffer = {};
    for (;;) {
        const ssize_t got =
            checked(::read(fd, buffer.data(), buffer.size()), "read", "", {EINTR, EAGAIN});
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got < 0;
        text.append(buffer.data(), static_cast<std::size_t>(got));
    }
}

/// \param fd  does not block
/// \return false when it was not closed until then
bool read_until(Clock::time_point end, int fd, std::string& text) {
    using std::chrono::milliseconds;
    // To be woken for each line takes longer than to find it: only the end is waited for.
    constexpr milliseconds pause{10};
    for (;;) {
        const auto left = std::chrono::ceil<milliseconds>(end - Clock::now());
        pollfd closed = {fd, 0, 0};
        const auto wait = std::clamp(left, milliseconds(0), pause);
        checked(::poll(&closed, 1, static_cast<int>(wait.count())), "poll", "", {EINTR});
        if (!read_what_is_there(fd, text))
            return true;
        if (left.count() <= 0)
            return false;
    }
}

/// A child process, killed and waited for when this goes.
class Child {
  public:
    explicit Child(pid_t pid) : m_pid(pid) {}

    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    Child(Child&&) = delete;
    Child& operator=(Child&&) = delete;

    ~Child() { end(true); }

    /// \param killed  false where it has nothing left to do but to end
    /// \return its exit code, or -1 when it was killed
    int end(bool killed) {
        if (m_pid < 0)
            return -1;
        if (killed)
            ::kill(m_pid, SIGKILL);
        int status = 0;
        while (::waitpid(m_pid, &status, 0) < 0 && errno == EINTR) {
        }
        m_pid = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

  private:
    pid_t m_pid;
};

} // namespace

LimitedSearch
run_limited(std::chrono::milliseconds limit,
            const std::function<void(const std::function<void(std::string)>& report)>& search) {
    std::array<int, 2> ends = {};
    checked(::pipe2(ends.data(), O_CLOEXEC), "pipe2", "");
    const FileDescriptor input(ends[0]);
    FileDescriptor output(ends[1]);
    checked(::fcntl(input.get(), F_SETFL, O_NONBLOCK), "fcntl", "");
    // So that it need not wait for us either; with less it waits.
    ::fcntl(input.get(), F_SETPIPE_SZ, pipe_size);
    const pid_t pid = checked(::fork(), "fork", "");
    if (pid == 0)
        search_and_exit(output.get(), search);
    output.reset();

    Child child(pid);
    std::string text;
    LimitedSearch result;
    const bool ended = read_until(Clock::now() + limit, input.get(), text);
    // It may have run out of memory instead.
    result.incomplete = child.end(!ended) != 0 || !ended;
    result.found = split(text, '\n');
    return result;
}

} // namespace left4me
