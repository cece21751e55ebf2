// A server that keeps whoever reads its command line (/proc/PID/cmdline) waiting for as long as a
// FUSE file system does not answer: `silent FILE`, a file there, and on SIGUSR1 it puts another
// mapping in the place of one that it has written to, which takes the lock of its memory and waits
// for that to be written back.

#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace {

constexpr std::size_t length = 4096;

int fail(const char* call) {
    std::perror(call);
    return 1;
}

} // namespace

int main(int argc, char* argv[]) {
    sigset_t wanted;
    ::sigemptyset(&wanted);
    ::sigaddset(&wanted, SIGUSR1);
    ::sigprocmask(SIG_BLOCK, &wanted, nullptr);

    const int file = argc == 2 ? ::open(argv[1], O_RDWR) : -1;
    if (file < 0)
        return fail("open");
    void* const memory = ::mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (memory == MAP_FAILED)
        return fail("mmap");
    *static_cast<volatile char*>(memory) = 'x';

    int received = 0;
    ::sigwait(&wanted, &received);
    ::mmap(memory, length, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    for (;;)
        ::pause();
}
