#include "verbs/merged_directory.hpp"

#include "kernel/mount_holders.hpp"
#include "kernel/overlay_copies.hpp"
#include "kernel/retry.hpp"
#include "plan/exit_status.hpp"

#include <chrono>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <vector>

namespace left4me {

void refuse_foreign(const MergedMount& merged, const std::string& path) {
    throw VerbFailure(
        ExitStatus::refused,
        fmt::format("{}/merged holds a mount that is not this instance's ({}): unmount it "
                    "yourself if you do not need it",
                    path, merged.description));
}

void unmount_or_fail(int parent, const std::string& path, const std::string& instance,
                     const MergedMount& merged) {
    if (!unmount_child(parent, "merged", path + "/merged")) {
        const std::vector<std::string> holders = find_mount_holders(parent, path);
        throw VerbFailure(ExitStatus::busy,
                          fmt::format("{}/merged is still in use after 5 s by {}: end that and try "
                                      "again",
                                      path,
                                      holders.empty()
                                          ? "something that neither /proc nor /sys shows"
                                          : fmt::format("{}", fmt::join(holders, "; "))));
    }
    require_gone(merged.file_system, instance, path);
}

void require_gone(const std::string& file_system, const std::string& instance,
                  const std::string& path) {
    // In a mass stop, namespaces that are just being set up have one for a moment.
    constexpr std::chrono::milliseconds patience(200);
    if (retry_for(patience, [&] { return !may_be_mounted_elsewhere(file_system); }))
        return;
    constexpr std::chrono::seconds longest_wait(5);
    std::vector<std::string> copies;
    if (!retry_for(longest_wait, [&] {
            copies.clear();
            if (may_be_mounted_elsewhere(file_system))
                copies = find_overlay_copies(file_system, instance);
            return copies.empty();
        }))
        throw VerbFailure(ExitStatus::busy,
                          fmt::format("{}/merged is unmounted, but in another mount namespace its "
                                      "overlay is not, and would share the upper layer with a new "
                                      "one, by {}: end that and try again",
                                      path, fmt::join(copies, "; ")));
}

} // namespace left4me
