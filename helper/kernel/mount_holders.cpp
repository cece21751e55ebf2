#include "kernel/mount_holders.hpp"

#include "instance/diagnostic.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>

namespace left4me {

namespace {

namespace fs = std::filesystem;

constexpr std::array<std::pair<const char*, std::string_view>, 3> links = {{
    {"cwd", "working directory"},
    {"root", "root directory"},
    {"exe", "executable"},
}};

/// The target of a link in /proc, or "" when the process is gone or has none.
std::string target_of(const fs::path& link) {
    std::error_code ignored;
    return fs::read_symlink(link, ignored).string();
}

bool is_inside(std::string_view path, std::string_view mount_point) {
    return path == mount_point ||
           (path.starts_with(mount_point) && path.substr(mount_point.size()).starts_with('/'));
}

std::string held_by(const fs::path& process, const std::string& mount_point) {
    for (const auto& [name, description] : links)
        if (is_inside(target_of(process / name), mount_point))
            return std::string(description);
    std::error_code ignored;
    for (const auto& descriptor : fs::directory_iterator(process / "fd", ignored))
        if (const std::string target = target_of(descriptor.path()); is_inside(target, mount_point))
            return fmt::format("open file {}", printable(target));
    return {};
}

} // namespace

std::vector<std::string> find_mount_holders(const std::string& mount_point) {
    std::vector<std::string> holders;
    std::error_code ignored;
    for (const auto& process : fs::directory_iterator("/proc", ignored)) {
        const std::string pid = process.path().filename();
        if (!std::ranges::all_of(pid, [](char c) { return c >= '0' && c <= '9'; }))
            continue;
        const std::string held = held_by(process.path(), mount_point);
        if (held.empty())
            continue;
        std::string command;
        std::getline(std::ifstream(process.path() / "comm"), command);
        holders.push_back(fmt::format("{} ({}): {}", pid, one_line(command), held));
    }
    return holders;
}

} // namespace left4me
