#include "generator/watch/watch_directory.hpp"

#include "generator/host/system_error.hpp"
#include "generator/units/run_paths.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

namespace left4me::watch {

namespace {

constexpr mode_t for_everybody = 0644;
constexpr mode_t for_root = 0600;

FileDescriptor open_directory(const std::string& path) {
    return checked(
        FileDescriptor(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)),
        "open", path);
}

void write_all(int fd, std::string_view text, const std::string& path) {
    while (!text.empty()) {
        const ssize_t written =
            checked(::write(fd, text.data(), text.size()), "write", path, {EINTR});
        text.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
    }
}

void replace(int directory, const std::string& name, std::string_view text, mode_t mode) {
    const std::string unfinished = "." + name;
    const FileDescriptor fd = checked(
        FileDescriptor(::openat(directory, unfinished.c_str(),
                                O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode)),
        "openat", unfinished);
    // Whatever the umask is.
    checked(::fchmod(fd.get(), mode), "fchmod", unfinished);
    write_all(fd.get(), text, unfinished);
    checked(::renameat(directory, unfinished.c_str(), directory, name.c_str()), "renameat", name);
}

std::string server_file(const std::string& instance) {
    return instance + std::string(record_ending);
}

} // namespace

WatchDirectory::WatchDirectory() : m_directory(open_directory(std::string(watch_directory))) {
    constexpr mode_t for_owner = 0700;
    const std::string requests(silent_requests);
    checked(::mkdir(requests.c_str(), for_owner), "mkdir", requests, {EEXIST});
    m_requests = open_directory(requests);
}

void WatchDirectory::write_server(const std::string& instance, std::string_view text) const {
    replace(m_directory.get(), server_file(instance), text, for_everybody);
}

void WatchDirectory::remove_server(const std::string& instance) const {
    const std::string name = server_file(instance);
    checked(::unlinkat(m_directory.get(), name.c_str(), 0), "unlinkat", name, {ENOENT});
}

void WatchDirectory::write_metrics(std::string_view text) const {
    replace(m_directory.get(), "left4me.prom", text, for_everybody);
}

void WatchDirectory::request_end(const std::string& instance, std::string_view text) const {
    replace(m_requests.get(), instance, text, for_root);
}

} // namespace left4me::watch
