#include "generator/l4d2ctl/observe/confinement.hpp"

#include "generator/host/file_descriptor.hpp"
#include "generator/host/process_capabilities.hpp"
#include "generator/host/system_error.hpp"

#include <array>
#include <cstdint>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <span>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace left4me::ctl {

namespace {

/// Which rights to change files the versions of Landlock's interface know, in their order
/// (landlock(7), "VERSIONS"). A right that nothing is granted is denied, and to a process with one
/// such right the kernel denies mounting as well.
std::uint64_t changes_known_to(int version) {
    constexpr int knows_refer = 2;
    constexpr int knows_truncate = 3;
    std::uint64_t changes = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
                            LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
                            LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
                            LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
                            LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM |
                            LANDLOCK_ACCESS_FS_EXECUTE;
    if (version >= knows_refer)
        changes |= LANDLOCK_ACCESS_FS_REFER;
    if (version >= knows_truncate)
        changes |= std::uint64_t{1} << 14U; // LANDLOCK_ACCESS_FS_TRUNCATE, newer than some headers
    return changes;
}

/// \return false where the kernel cannot: it was built or booted without it
bool deny_changing_files() {
    const long version =
        ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 1)
        return false;
    landlock_ruleset_attr rules = {};
    rules.handled_access_fs = changes_known_to(static_cast<int>(version));
    const FileDescriptor ruleset(static_cast<int>(
        checked(::syscall(SYS_landlock_create_ruleset, &rules, sizeof rules.handled_access_fs, 0),
                "landlock_create_ruleset", "")));
    checked(::syscall(SYS_landlock_restrict_self, ruleset.get(), 0), "landlock_restrict_self", "");
    return true;
}

} // namespace

void give_up_changing_anything(bool read_overlay_marks) {
    constexpr std::array wanted = {CAP_DAC_READ_SEARCH, CAP_SYS_ADMIN};

    // Landlock wants it of whoever lacks CAP_SYS_ADMIN, too (landlock_restrict_self(2)).
    checked(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl", "PR_SET_NO_NEW_PRIVS");
    // Without Landlock, whoever has CAP_SYS_ADMIN could mount.
    const bool keeps_admin = deny_changing_files() && read_overlay_marks;
    keep_capabilities(std::span(wanted).first(keeps_admin ? 2 : 1));
}

std::string how_to_read_overlay_marks() {
    if (::geteuid() != 0)
        return "run it as root";
    return "boot a kernel with Landlock, without which l4d2ctl gives up the right to read them";
}

bool may_read_overlay_marks() {
    return has_capability(CAP_SYS_ADMIN);
}

} // namespace left4me::ctl
