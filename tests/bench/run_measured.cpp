// Runs programs and measures them from outside. A line on stdin is a program and its arguments,
// separated by tabs; the answer on stdout is its wall time in nanoseconds, from before it is
// spawned until it is reaped, its processor time in microseconds, its peak memory in KiB, and its
// wait status. It says "ready" once first. Its messages go to the file that is the only argument.

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace {

[[noreturn]] void fail(const char* what, int error) {
    std::fprintf(stderr, "run_measured: %s: %s\n", what, std::strerror(error));
    std::exit(EXIT_FAILURE);
}

std::vector<char*> split_line(char* line) {
    line[std::strcspn(line, "\n")] = '\0';
    std::vector<char*> words;
    for (char* word = std::strtok(line, "\t"); word != nullptr; word = std::strtok(nullptr, "\t"))
        words.push_back(word);
    words.push_back(nullptr);
    return words;
}

long microseconds(const timeval& time) {
    return time.tv_sec * 1000000 + time.tv_usec;
}

void run(const std::vector<char*>& command, const posix_spawn_file_actions_t& files) {
    const auto began = std::chrono::steady_clock::now();
    pid_t pid = -1;
    if (const int error =
            ::posix_spawn(&pid, command.front(), &files, nullptr, command.data(), ::environ);
        error != 0)
        fail(command.front(), error);
    int status = 0;
    rusage usage = {};
    if (::wait4(pid, &status, 0, &usage) < 0)
        fail("wait4", errno);
    const std::chrono::nanoseconds took = std::chrono::steady_clock::now() - began;
    std::printf("%lld %ld %ld %d\n", static_cast<long long>(took.count()),
                microseconds(usage.ru_utime) + microseconds(usage.ru_stime), usage.ru_maxrss,
                status);
    std::fflush(stdout);
}

} // namespace

int main(int argc, char* argv[]) {
    if (argc != 2) {
        std::fputs("usage: run_measured MESSAGES\n", stderr);
        return EXIT_FAILURE;
    }
    posix_spawn_file_actions_t files;
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_addopen(&files, STDERR_FILENO, argv[1],
                                       O_WRONLY | O_CREAT | O_APPEND, 0644);

    std::puts("ready");
    std::fflush(stdout);
    char* line = nullptr;
    std::size_t capacity = 0;
    while (::getline(&line, &capacity, stdin) > 0)
        if (const std::vector<char*> command = split_line(line); command.front() != nullptr)
            run(command, files);
    return EXIT_SUCCESS;
}
