#include "kernel/overlay_copies.hpp"

#include "kernel/limited_search.hpp"
#include "kernel/proc_text.hpp"
#include "plan/mount_plan.hpp"
#include "plan/mount_table.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <fmt/format.h>
#include <map>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace left4me {

namespace {

bool is_alive(const std::string& file_system) {
    unsigned major = 0;
    unsigned minor = 0;
    const char* const end = file_system.data() + file_system.size();
    const auto colon = std::from_chars(file_system.data(), end, major);
    if (colon.ptr == end)
        return false;
    std::from_chars(colon.ptr + 1, end, minor);
    // glibc has no ustat(2) any more. What it tells besides is of no interest.
    std::array<char, 64> ignored = {};
    return ::syscall(SYS_ustat, ::makedev(major, minor), ignored.data()) == 0 || errno != EINVAL;
}

} // namespace

bool may_be_mounted_elsewhere(const std::string& file_system) {
    if (!is_alive(file_system))
        return false;
    const std::vector<MountRow> own = list_mounts(read_text("/proc/self/mountinfo"));
    return std::ranges::find(own, file_system, &MountRow::device) == own.end();
}

std::vector<std::string> find_overlay_copies(const std::string& file_system,
                                             const std::string& instance) {
    const std::string source = overlay_source(instance);
    const auto is_it = [&](const MountRow& row) {
        return row.device == file_system && row.type == "overlay" && row.source == source;
    };
    constexpr std::chrono::seconds longest_search(1);
    return run_limited(longest_search,
                       [&](const auto& report) {
                           // A process in a chroot sees only what is below it.
                           constexpr int most_looks = 3;
                           std::map<std::string, int> looks = {
                               {target_of("/proc/self/ns/mnt"), most_looks}};
                           for (const std::string& pid : list_processes()) {
                               const auto process = living_thread_of(pid);
                               int& looked = looks[target_of(process / "ns/mnt")];
                               if (looked == most_looks)
                                   continue;
                               ++looked;
                               const auto rows = list_mounts(read_text(process / "mountinfo"));
                               if (std::ranges::none_of(rows, is_it))
                                   continue;
                               looked = most_looks;
                               report(
                                   fmt::format("{} ({}): mount namespace", pid, command_of(pid)));
                           }
                       })
        .found;
}

} // namespace left4me
