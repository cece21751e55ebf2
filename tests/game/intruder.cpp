// What a game server would try that somebody else has taken over; for tests of the template's
// sandbox. It says on stdout what came of each: `NAME: ALLOWED` or `NAME: what the kernel said`.
//
//     intruder system          what only root may do to the system, and how to become root
//     intruder process PID     what could be had from another process of the same user
//     intruder write DIR       every place below DIR that can be written to, each a line: its kind,
//                              its path
//     intruder identity        the user and the capabilities that it runs with
//     intruder signals         keeps all the pending signals that it can have, until its input ends
//     intruder signal          whether one more can be had

#include <array>
#include <asm/ldt.h>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <mqueue.h>
#include <sched.h>
#include <string>
#include <string_view>
#include <sys/inotify.h>
#include <sys/io.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;

/// In a process of its own, which may end of it or be changed by it.
void attempt(const std::string& name, const std::function<long()>& action) {
    std::cout.flush();
    const pid_t child = ::fork();
    if (child == 0) {
        errno = 0;
        const bool allowed = action() >= 0;
        std::cout << name << ": " << (allowed ? "ALLOWED" : std::strerror(errno)) << std::endl;
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    if (WIFSIGNALED(status))
        std::cout << name << ": " << ::strsignal(WTERMSIG(status)) << std::endl;
}

/// Whether a path can be opened, and read from if it is a file.
long read_of(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    char byte = 0;
    const ssize_t length = ::read(fd, &byte, 1);
    return length < 0 && errno == EISDIR ? 0 : length;
}

void attack_system() {
    attempt("load a module", [] { return ::syscall(SYS_init_module, nullptr, 0, ""); });
    attempt("load a module from a file", [] {
        const int fd = ::open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
        return ::syscall(SYS_finit_module, fd, "", 0);
    });
    attempt("unload a module", [] { return ::syscall(SYS_delete_module, "overlay", O_NONBLOCK); });
    attempt("load a kernel", [] { return ::syscall(SYS_kexec_load, 0, 0, nullptr, 0); });
    attempt("reboot", [] { return ::reboot(RB_DISABLE_CAD); });
    attempt("become root", [] { return ::syscall(SYS_setuid, 0); });
    attempt("join root's group", [] { return ::syscall(SYS_setgid, 0); });
    attempt("become root in a user namespace", [] { return ::unshare(CLONE_NEWUSER); });
    attempt("make a mount namespace", [] { return ::unshare(CLONE_NEWNS); });
    attempt("mount", [] { return ::mount("none", "/tmp", "tmpfs", 0, nullptr); });
    attempt("make what is read-only writable",
            [] { return ::mount(nullptr, "/", nullptr, MS_REMOUNT | MS_BIND, nullptr); });
    attempt("unmount what hides something",
            [] { return ::umount2("/var/lib/left4me/instances", MNT_DETACH); });
    attempt("change the root directory", [] { return ::chroot("/tmp"); });
    attempt("make a device",
            [] { return ::mknod("/tmp/device", S_IFBLK | 0600, makedev(254, 0)); });
    attempt("make a program that runs as its owner", [] {
        const int fd = ::open("/tmp/suid", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        return ::fchmod(fd, S_ISUID | 0755);
    });
    attempt("give a file away", [] {
        const int fd = ::open("/tmp/given", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        return ::fchown(fd, 0, 0);
    });
    attempt("set the clock", [] { return ::syscall(SYS_clock_settime, CLOCK_REALTIME, nullptr); });
    attempt("rename the host", [] { return ::sethostname("x", 1); });
    attempt("use the processor's ports", [] { return ::iopl(3); });
    attempt("make a segment of its own", [] {
        user_desc descriptor = {};
        descriptor.limit = 1;
        return ::syscall(SYS_modify_ldt, 1, &descriptor, sizeof descriptor);
    });
    attempt("load a BPF program", [] { return ::syscall(SYS_bpf, 5, nullptr, 0); });
    attempt("measure the kernel", [] {
        std::array<std::uint64_t, 16> attributes = {std::uint64_t{128} << 32U};
        return ::syscall(SYS_perf_event_open, attributes.data(), 0, -1, -1, 0);
    });
    attempt("read the kernel's log", [] {
        std::array<char, 16> buffer = {};
        return ::syscall(SYS_syslog, 3, buffer.data(), buffer.size());
    });
    attempt("take one of root's inotify instances", [] { return ::inotify_init1(IN_CLOEXEC); });
    attempt("find the keys of its user", [] {
        constexpr int get_keyring_id = 0;
        constexpr int user_keyring = -4;
        return ::syscall(SYS_keyctl, get_keyring_id, user_keyring, 1);
    });
    attempt("leave a key for its user", [] {
        constexpr int user_keyring = -4;
        return ::syscall(SYS_add_key, "user", "left4me-intruder", "x", 1, user_keyring);
    });
    attempt("pass the filters by io_uring", [] {
        std::array<std::uint32_t, 64> parameters = {};
        return ::syscall(SYS_io_uring_setup, 1, parameters.data());
    });
    attempt("take memory for message queues",
            [] { return ::mq_open("/left4me-intruder", O_CREAT | O_RDWR, 0600, nullptr); });
    attempt("run in real time", [] {
        sched_param parameters = {1};
        return ::sched_setscheduler(0, SCHED_FIFO, &parameters);
    });
    attempt("gain a capability",
            [] { return ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, 21, 0, 0); });
}

void attack_process(const std::string& pid) {
    const std::string proc = "/proc/" + pid;
    const pid_t number = std::atoi(pid.c_str());
    attempt("see it", [&] { return ::access(proc.c_str(), F_OK); });
    for (const char* file : {"cmdline", "environ", "maps", "mem", "root/etc", "cwd/.", "fd/."})
        attempt(std::string("read its ") + file, [&] { return read_of(proc + "/" + file); });
    attempt("trace it", [&] { return ::ptrace(PTRACE_ATTACH, number, nullptr, nullptr); });
    attempt("read its memory", [&] {
        char byte = 0;
        iovec local = {&byte, 1};
        iovec remote = {reinterpret_cast<void*>(0x8048000), 1};
        const ssize_t length = ::process_vm_readv(number, &local, 1, &remote, 1, 0);
        // It may, and there is nothing.
        return length < 0 && errno == EFAULT ? 0 : length;
    });
    attempt("take its standard output", [&] {
        const long descriptor = ::syscall(SYS_pidfd_open, number, 0);
        return descriptor < 0 ? -1 : ::syscall(SYS_pidfd_getfd, descriptor, 1, 0);
    });
}

bool can_create_in(const std::string& directory) {
    const std::string path = directory + "/left4me-intruder";
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return false;
    ::close(fd);
    ::unlink(path.c_str());
    return true;
}

bool can_open_for_writing(const std::string& path) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ::close(fd);
    return true;
}

/// A process may write to some of its own files in /proc: those are no way out.
bool is_of_a_process(std::string_view path) {
    constexpr std::string_view proc = "/proc/";
    return path.starts_with(proc) && path.size() > proc.size() && path[proc.size()] >= '0' &&
           path[proc.size()] <= '9';
}

void find_writable(const std::string& directory) {
    if (is_of_a_process(directory))
        return;
    if (can_create_in(directory))
        std::cout << "directory " << directory << '\n';
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(directory, ignored)) {
        const std::string& path = entry.path().native();
        struct stat status = {};
        if (::lstat(path.c_str(), &status) != 0 || S_ISLNK(status.st_mode) ||
            S_ISSOCK(status.st_mode))
            continue;
        if (S_ISDIR(status.st_mode))
            find_writable(path == "//" ? "/" : path);
        else if (can_open_for_writing(path))
            std::cout << (S_ISREG(status.st_mode) ? "file " : "device ") << path << '\n';
    }
}

/// One signal to itself, which stays pending.
bool queue_signal() {
    sigset_t blocked;
    ::sigemptyset(&blocked);
    ::sigaddset(&blocked, SIGRTMIN);
    ::sigprocmask(SIG_BLOCK, &blocked, nullptr);
    return ::sigqueue(::getpid(), SIGRTMIN, sigval{}) == 0;
}

void keep_signals() {
    long count = 0;
    while (count < 1'000'000 && queue_signal())
        ++count;
    std::cout << "signals: " << count << std::endl;
    char byte = 0;
    while (::read(STDIN_FILENO, &byte, 1) > 0) {
    }
}

void say_identity() {
    std::cout << "user: " << ::geteuid() << "\ngroup: " << ::getegid() << '\n';
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("Cap"))
            std::cout << line << '\n';
}

} // namespace

int main(int argc, char** argv) {
    const std::string_view verb = argc > 1 ? argv[1] : "";
    if (verb == "system")
        attack_system();
    else if (verb == "process" && argc > 2)
        attack_process(argv[2]);
    else if (verb == "write" && argc > 2)
        find_writable(argv[2]);
    else if (verb == "signals")
        keep_signals();
    else if (verb == "signal")
        attempt("have a signal pending", [] { return queue_signal() ? 0 : -1; });
    else if (verb == "identity")
        say_identity();
    else
        return 64;
    return 0;
}
