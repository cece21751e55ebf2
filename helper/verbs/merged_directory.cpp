#include "verbs/merged_directory.hpp"

#include "kernel/mount_holders.hpp"
#include "plan/exit_status.hpp"

#include <fmt/format.h>

namespace left4me {

void refuse_foreign(const MergedMount& merged, const std::string& path) {
    throw VerbFailure(
        ExitStatus::refused,
        fmt::format("{}/merged holds a mount that is not this instance's ({}): unmount it "
                    "yourself if you do not need it",
                    path, merged.description));
}

void unmount_or_fail(int parent, const std::string& path) {
    if (unmount_child(parent, "merged", path + "/merged"))
        return;
    std::string holders;
    for (const std::string& holder : find_mount_holders(parent, path))
        holders += fmt::format("{}{}", holders.empty() ? "" : "; ", holder);
    throw VerbFailure(
        ExitStatus::busy,
        fmt::format("{}/merged is still in use after 5 s by {}: end that and try again", path,
                    holders.empty() ? "something that neither /proc nor /sys shows" : holders));
}

} // namespace left4me
