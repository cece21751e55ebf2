// Does what 32-bit game servers and their plugins do, and says of each on stdout whether it worked:
// `NAME: ok` or `NAME: what the kernel said`. For tests of the template's sandbox.

#include <array>
#include <asm/ldt.h>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <functional>
#include <ifaddrs.h>
#include <iostream>
#include <netinet/in.h>
#include <sched.h>
#include <string>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace {

/// Whether it worked; if not, errno says why.
using Ability = std::function<bool()>;

constexpr std::size_t page = 4096;

void report(const std::string& name, const Ability& ability) {
    errno = 0;
    const bool works = ability();
    std::cout << name << ": " << (works ? "ok" : std::strerror(errno)) << std::endl;
}

/// `mov eax, 42; ret`: the same in 32-bit and 64-bit code.
constexpr std::array<unsigned char, 6> return_42 = {0xB8, 42, 0, 0, 0, 0xC3};

bool call(void* code) {
    return reinterpret_cast<int (*)()>(code)() == 42;
}

/// What a just-in-time compiler does.
bool run_written_code() {
    void* code = ::mmap(nullptr, page, PROT_READ | PROT_WRITE | PROT_EXEC,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (code == MAP_FAILED)
        return false;
    std::memcpy(code, return_42.data(), return_42.size());
    return call(code);
}

/// What detours and libraries with text relocations do: a page of a file is changed and run.
bool patch_code() {
    const int fd = ::open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    void* code = ::mmap(nullptr, page, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
    if (code == MAP_FAILED || ::mprotect(code, page, PROT_READ | PROT_WRITE) != 0)
        return false;
    std::memcpy(code, return_42.data(), return_42.size());
    return ::mprotect(code, page, PROT_READ | PROT_EXEC) == 0 && call(code);
}

bool run_code_on_the_stack() {
    std::array<unsigned char, 2 * page> frame = {};
    auto address = reinterpret_cast<std::uintptr_t>(frame.data());
    address = (address + page - 1) / page * page;
    return ::mprotect(reinterpret_cast<void*>(address), page, PROT_READ | PROT_WRITE | PROT_EXEC) ==
           0;
}

#ifdef __i386__
bool set_thread_area() {
    user_desc descriptor = {};
    descriptor.entry_number = -1U;
    descriptor.limit = 0xFFFFF;
    descriptor.seg_32bit = 1;
    descriptor.limit_in_pages = 1;
    descriptor.useable = 1;
    return ::syscall(SYS_set_thread_area, &descriptor) == 0;
}
#endif

bool read_whole(const char* path) {
    const int fd = ::open(path, O_RDONLY | O_CLOEXEC);
    std::array<char, page> buffer = {};
    ssize_t length = fd < 0 ? -1 : 1;
    bool anything = false;
    while (length > 0) {
        length = ::read(fd, buffer.data(), buffer.size());
        anything = anything || length > 0;
    }
    return length == 0 && anything;
}

bool list_interfaces() {
    ifaddrs* first = nullptr;
    return ::getifaddrs(&first) == 0 && first != nullptr;
}

bool pin_to_one_processor() {
    cpu_set_t set;
    if (::sched_getaffinity(0, sizeof set, &set) != 0)
        return false;
    int processor = 0;
    while (!CPU_ISSET(processor, &set))
        ++processor;
    CPU_ZERO(&set);
    CPU_SET(processor, &set);
    return ::sched_setaffinity(0, sizeof set, &set) == 0;
}

bool share_memory() {
    const int fd = ::shm_open("/left4me-ability", O_RDWR | O_CREAT, 0600);
    if (fd < 0 || ::ftruncate(fd, page) != 0)
        return false;
    void* memory = ::mmap(nullptr, page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    return memory != MAP_FAILED && ::shm_unlink("/left4me-ability") == 0;
}

bool share_memory_as_system_v_does() {
    const int id = ::shmget(IPC_PRIVATE, page, IPC_CREAT | 0600);
    void* memory = id < 0 ? nullptr : ::shmat(id, nullptr, 0);
    return id >= 0 && memory != reinterpret_cast<void*>(-1) && ::shmctl(id, IPC_RMID, nullptr) == 0;
}

bool listen_on_tcp(int family) {
    sockaddr_storage address = {};
    address.ss_family = static_cast<sa_family_t>(family);
    const int fd = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return fd >= 0 &&
           ::bind(fd, reinterpret_cast<sockaddr*>(&address),
                  family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6)) == 0 &&
           ::listen(fd, 1) == 0;
}

/// As Steam's client library talks to itself.
bool use_a_local_socket() {
    std::array<int, 2> ends = {};
    return ::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0 &&
           ::send(ends[0], "x", 1, 0) == 1;
}

bool run_threads() {
    int counted = 0;
    std::thread first([&] { ++counted; });
    first.join();
    std::thread second([&] { ++counted; });
    second.join();
    return counted == 2;
}

bool run_a_program() {
    const pid_t child = ::fork();
    if (child == 0) {
        ::execl("/bin/sh", "sh", "-c", "exit 7", nullptr);
        ::_exit(1);
    }
    int status = 0;
    return child > 0 && ::waitpid(child, &status, 0) == child && WEXITSTATUS(status) == 7;
}

bool write_files() {
    const int fd = ::open("ability.tmp", O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    return fd >= 0 && ::write(fd, "x", 1) == 1 && ::flock(fd, LOCK_EX) == 0 && ::fsync(fd) == 0 &&
           ::chmod("ability.tmp", 0755) == 0 && ::rename("ability.tmp", "ability") == 0 &&
           ::mkdir("ability.d", 0755) == 0 && ::rmdir("ability.d") == 0 && ::unlink("ability") == 0;
}

bool wait_for_events() {
    const int timer = ::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    const int group = ::epoll_create1(EPOLL_CLOEXEC);
    epoll_event event = {};
    event.events = EPOLLIN;
    return timer >= 0 && group >= 0 && ::epoll_ctl(group, EPOLL_CTL_ADD, timer, &event) == 0;
}

bool allow_core_dumps() {
    rlimit limit = {};
    if (::getrlimit(RLIMIT_CORE, &limit) != 0)
        return false;
    limit.rlim_cur = limit.rlim_max;
    return ::setrlimit(RLIMIT_CORE, &limit) == 0;
}

} // namespace

int main() {
    std::cout << "bits: " << 8 * sizeof(void*) << '\n';
    report("run threads", run_threads);
    report("run a program", run_a_program);
    report("run code that it wrote", run_written_code);
    report("patch code of a file", patch_code);
    report("run code on the stack", run_code_on_the_stack);
#ifdef __i386__
    report("set_thread_area", set_thread_area);
#endif
    report("read /proc/cpuinfo", [] { return read_whole("/proc/cpuinfo"); });
    report("read /proc/meminfo", [] { return read_whole("/proc/meminfo"); });
    report("read /proc/self/maps", [] { return read_whole("/proc/self/maps"); });
    report("list the network interfaces", list_interfaces);
    report("listen on TCP over IPv4", [] { return listen_on_tcp(AF_INET); });
    report("listen on TCP over IPv6", [] { return listen_on_tcp(AF_INET6); });
    report("use a local socket", use_a_local_socket);
    report("wait for events", wait_for_events);
    report("pin itself to a processor", pin_to_one_processor);
    report("lower its priority", [] { return ::setpriority(PRIO_PROCESS, 0, 1) == 0; });
    report("name its thread", [] { return ::prctl(PR_SET_NAME, "ability") == 0; });
    report("allow core dumps", allow_core_dumps);
    report("lock memory", [] {
        static std::array<char, page> memory;
        return ::mlock(memory.data(), memory.size()) == 0;
    });
    report("share memory", share_memory);
    report("share memory as System V does", share_memory_as_system_v_does);
    report("write files in its directory", write_files);
    return 0;
}
