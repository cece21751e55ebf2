#include "generator/l4d2ctl/observe/unit_invocations.hpp"

#include "generator/l4d2ctl/units/unit_search.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>
#include <utility>

namespace left4me::ctl {

namespace {

constexpr const char* links_path = "/run/systemd/units";

std::pair<time_t, long> in_order(const timespec& time) {
    return {time.tv_sec, time.tv_nsec};
}

std::uint64_t in_microseconds(const timespec& time) {
    constexpr std::uint64_t microseconds = 1'000'000;
    constexpr std::uint64_t nanoseconds = 1'000;
    return static_cast<std::uint64_t>(time.tv_sec) * microseconds +
           static_cast<std::uint64_t>(time.tv_nsec) / nanoseconds;
}

bool is_on_tmpfs(int fd) {
    struct statfs status = {};
    return ::fstatfs(fd, &status) == 0 && status.f_type == TMPFS_MAGIC;
}

} // namespace

UnitInvocations::UnitInvocations()
    : m_links(::open(links_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    struct stat status = {};
    if (m_links && is_on_tmpfs(m_links.get()) && ::stat(generator_directory.data(), &status) == 0)
        m_generation = status;
}

std::optional<UnitInvocations::Start> UnitInvocations::find(const std::string& unit) const {
    struct stat link = {};
    if (!m_links ||
        ::fstatat(m_links.get(), ("invocation:" + unit).c_str(), &link, AT_SYMLINK_NOFOLLOW) != 0)
        return std::nullopt;
    return Start{in_microseconds(link.st_mtim), was_made_after_generation(link)};
}

/// A clock may have been set back in between; the numbers of a tmpfs only grow (Linux: mm/shmem.c,
/// shmem_reserve_inode()). So both have to say it.
bool UnitInvocations::was_made_after_generation(const struct stat& link) const {
    return m_generation && link.st_dev == m_generation->st_dev &&
           link.st_ino > m_generation->st_ino &&
           in_order(link.st_mtim) >= in_order(m_generation->st_mtim);
}

} // namespace left4me::ctl
