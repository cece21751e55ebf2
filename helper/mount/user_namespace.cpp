#include "helper/mount/user_namespace.hpp"

#include "generator/host/system_error.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/sched.h>
#include <string>
#include <string_view>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace left4me {

namespace {

struct Pipe {
    FileDescriptor read_end;
    FileDescriptor write_end;
};

Pipe make_pipe() {
    std::array<int, 2> ends = {};
    checked(::pipe2(ends.data(), O_CLOEXEC), "pipe2", "");
    return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

/// A process that holds a new user namespace open. It waits on a pipe whose other end is ours
/// alone, so that it ends with us however we end.
class NamespaceHolder {
  public:
    NamespaceHolder() : m_pipe(make_pipe()) {
        int pidfd = -1;
        clone_args arguments = {};
        arguments.flags = CLONE_NEWUSER | CLONE_PIDFD;
        arguments.pidfd = reinterpret_cast<std::uintptr_t>(&pidfd);
        arguments.exit_signal = SIGCHLD;
        const long pid = checked(::syscall(SYS_clone3, &arguments, sizeof arguments), "clone3", "");
        if (pid == 0)
            wait_for_parent();
        m_pid = static_cast<pid_t>(pid);
        m_pidfd = FileDescriptor(pidfd);
        m_pipe.read_end.reset();
    }

    NamespaceHolder(const NamespaceHolder&) = delete;
    NamespaceHolder& operator=(const NamespaceHolder&) = delete;
    NamespaceHolder(NamespaceHolder&&) = delete;
    NamespaceHolder& operator=(NamespaceHolder&&) = delete;

    ~NamespaceHolder() {
        m_pipe.write_end.reset();
        siginfo_t info = {};
        while (::waitid(P_PIDFD, static_cast<id_t>(m_pidfd.get()), &info, WEXITED) != 0 &&
               errno == EINTR) {
        }
    }

    void write_map(std::string_view file, const IdMap& map) const {
        const std::string path = proc_path(file);
        const std::string text = to_proc_text(map);
        const FileDescriptor fd(checked(::open(path.c_str(), O_WRONLY | O_CLOEXEC), "open", path));
        // The kernel takes a map in one write or not at all.
        if (::write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
            throw SystemError("write", path, errno);
    }

    [[nodiscard]] FileDescriptor open_namespace() const {
        const std::string path = proc_path("ns/user");
        return FileDescriptor(checked(::open(path.c_str(), O_RDONLY | O_CLOEXEC), "open", path));
    }

  private:
    /// In the child, which shares nothing with the parent but has a copy of everything: system
    /// calls only.
    [[noreturn]] void wait_for_parent() {
        m_pipe.write_end.reset();
        char byte = 0;
        while (::read(m_pipe.read_end.get(), &byte, 1) < 0 && errno == EINTR) {
        }
        ::_exit(0);
    }

    [[nodiscard]] std::string proc_path(std::string_view file) const {
        return fmt::format("/proc/{}/{}", m_pid, file);
    }

    Pipe m_pipe;
    pid_t m_pid = -1;
    FileDescriptor m_pidfd;
};

} // namespace

FileDescriptor make_user_namespace(const IdMap& uids, const IdMap& gids) {
    const NamespaceHolder holder;
    holder.write_map("uid_map", uids);
    holder.write_map("gid_map", gids);
    return holder.open_namespace();
}

} // namespace left4me
