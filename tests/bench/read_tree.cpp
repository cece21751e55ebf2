// Opens every regular file below the directories it is given, reads it to its end when the first
// argument is "read", and fails unless they are as many as the second one says.

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <string_view>
#include <unistd.h>
#include <vector>

namespace {

bool open_file(const char* path, bool read) {
    const int fd = ::open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t got = 0;
    if (read) {
        std::array<char, 16384> buffer = {};
        do
            got = ::read(fd, buffer.data(), buffer.size());
        while (got > 0);
    }
    ::close(fd);
    return got == 0;
}

} // namespace

int main(int argc, char* argv[]) {
    if (argc < 4) {
        std::fputs("usage: read_tree open|read COUNT DIRECTORY...\n", stderr);
        return EXIT_FAILURE;
    }
    const std::vector<std::string_view> arguments(argv + 1, argv + argc);
    const bool read = arguments[0] == "read";
    long left = std::strtol(argv[2], nullptr, 10);
    for (std::size_t i = 2; i < arguments.size(); ++i)
        for (const auto& entry : std::filesystem::recursive_directory_iterator(arguments[i]))
            if (entry.is_regular_file()) {
                --left;
                if (!open_file(entry.path().c_str(), read)) {
                    std::perror(entry.path().c_str());
                    return EXIT_FAILURE;
                }
            }
    if (left != 0) {
        std::fprintf(stderr, "read_tree: %ld files are missing\n", left);
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
