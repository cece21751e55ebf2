#include "generator/host/file_status.hpp"

#include "generator/host/system_error.hpp"

#include <array>
#include <climits>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace left4me {

struct stat status_of(int fd, std::string_view path) {
    struct stat status = {};
    checked(::fstat(fd, &status), "fstat", path);
    return status;
}

struct statx status_of(int fd, unsigned mask, std::string_view path) {
    struct statx status = {};
    checked(::statx(fd, "", AT_EMPTY_PATH, mask, &status), "statx", path);
    return status;
}

std::optional<std::string> read_link(int directory, const char* name) {
    std::array<char, PATH_MAX> target = {};
    const ssize_t length = ::readlinkat(directory, name, target.data(), target.size());
    if (length < 0)
        return std::nullopt;
    return std::string(target.data(), static_cast<std::size_t>(length));
}

std::optional<MountPlace> place_of(int directory, const char* path, int flags) {
    struct statx status = {};
    if (::statx(directory, path, flags | AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC, STATX_MNT_ID,
                &status) != 0)
        return std::nullopt;
    return MountPlace{status.stx_mnt_id,
                      fmt::format("{}:{}", status.stx_dev_major, status.stx_dev_minor)};
}

} // namespace left4me
