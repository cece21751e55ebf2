// The least that left4me-generator has to do: the system calls without which its files are neither
// read nor written, and nothing else. It lists the instances, reads every instance.env, and creates
// for each the same mount unit, target, drop-in and symlink, under the same names. It parses,
// validates and sorts nothing, takes for granted that everything is a plain file that fits into one
// read, and writes filler: of the length that the generator's files have on average, so that all of
// them together are as long as the generator's.

#include <array>
#include <cstdio>
#include <cstdlib>
#include <dirent.h>
#include <fcntl.h>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

namespace {

[[noreturn]] void fail(const char* call, const std::string& path) {
    std::perror((path + ": " + call).c_str());
    std::exit(EXIT_FAILURE);
}

int open_directory(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        fail("open", path);
    return fd;
}

void make_directory(int parent, const std::string& path) {
    if (::mkdirat(parent, path.c_str(), 0755) != 0)
        fail("mkdir", path);
}

void read_file(int parent, const std::string& path) {
    static std::array<char, std::size_t{64} * 1024> buffer;
    const int fd = ::openat(parent, path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        fail("open", path);
    if (::read(fd, buffer.data(), buffer.size()) <= 0)
        fail("read", path);
    ::close(fd);
}

void write_file(int parent, const std::string& path, std::string_view text) {
    const int fd = ::openat(parent, path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0)
        fail("open", path);
    if (::write(fd, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
        fail("write", path);
    ::close(fd);
}

void add_symlink(int parent, const std::string& path, const std::string& target) {
    if (::symlinkat(target.c_str(), parent, path.c_str()) != 0)
        fail("symlink", path);
}

} // namespace

int main(int argc, char* argv[]) {
    if (argc != 7) {
        std::fputs("usage: bare_loop INSTANCES OUTPUT TEMPLATE MOUNT-UNIT-LENGTH TARGET-LENGTH "
                   "DROP-IN-LENGTH\n",
                   stderr);
        return EXIT_FAILURE;
    }
    const int instances = open_directory(argv[1]);
    const int output = open_directory(argv[2]);
    const std::string unit_template = argv[3];
    const std::string mount_unit(std::strtoul(argv[4], nullptr, 10), '#');
    const std::string target(std::strtoul(argv[5], nullptr, 10), '#');
    const std::string drop_in(std::strtoul(argv[6], nullptr, 10), '#');

    make_directory(output, "l4d2.target.wants");
    DIR* const directory = ::fdopendir(instances);
    if (directory == nullptr)
        fail("fdopendir", argv[1]);
    while (const dirent* const entry = ::readdir(directory)) {
        const std::string name = entry->d_name;
        if (name.starts_with('.'))
            continue;
        read_file(instances, name + "/instance.env");
        const std::string service = "l4d2@" + name + ".service";
        write_file(output, "var-lib-left4me-runtime-" + name + "-merged.mount", mount_unit);
        write_file(output, "l4d2-layers@" + name + ".target", target);
        make_directory(output, service + ".d");
        write_file(output, service + ".d/50-left4me.conf", drop_in);
        add_symlink(output, "l4d2.target.wants/" + service, unit_template);
    }
    ::closedir(directory);
    return EXIT_SUCCESS;
}
