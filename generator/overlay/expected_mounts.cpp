#include "generator/overlay/expected_mounts.hpp"

#include "generator/host/file_status.hpp"
#include "generator/host/system_error.hpp"
#include "generator/units/unit_syntax.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <fcntl.h>
#include <fmt/format.h>
#include <initializer_list>
#include <string_view>
#include <utility>

namespace left4me {

namespace {

/// Where systemd looks for units (systemd.unit(5)) that an administrator, systemd-mount(1) or
/// fstab(5) made, those that count first.
constexpr std::array<std::string_view, 4> unit_directories = {
    "/etc/systemd/system", "/run/systemd/transient", "/run/systemd/system",
    "/run/systemd/generator"};

/// Errnos of what is not there.
constexpr std::initializer_list<int> absent = {ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG};

/// A mask is a symlink to /dev/null.
bool has_unit(const std::string& name) {
    for (const std::string_view directory : unit_directories) {
        struct stat status = {};
        const std::string path = fmt::format("{}/{}", directory, name);
        if (checked(::stat(path.c_str(), &status), "stat", path, absent) == 0)
            return S_ISREG(status.st_mode);
    }
    return false;
}

bool is_mount_point(const std::string& path) {
    struct statx status = {};
    return checked(
               ::statx(AT_FDCWD, path.c_str(), AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, 0, &status),
               "statx", path, absent) == 0 &&
           is_mount_root(status);
}

} // namespace

std::optional<MissingMount> ExpectedMounts::find_missing(const std::string& path) {
    for (std::size_t end = 0; end < path.size();) {
        end = std::min(path.find('/', end + 1), path.size());
        std::string directory = path.substr(0, end);
        if (m_settled.contains(directory))
            continue;
        std::string unit = escape_path(directory) + ".mount";
        if (has_unit(unit) && !is_mount_point(directory))
            return MissingMount{std::move(directory), std::move(unit)};
        m_settled.insert(std::move(directory));
    }
    return std::nullopt;
}

} // namespace left4me
