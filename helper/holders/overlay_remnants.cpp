#include "helper/holders/overlay_remnants.hpp"

#include "generator/host/file_descriptor.hpp"
#include "generator/host/file_status.hpp"
#include "generator/host/limited_search.hpp"
#include "generator/host/proc_text.hpp"
#include "generator/host/retry.hpp"
#include "generator/host/system_error.hpp"
#include "generator/overlay/mount_plan.hpp"
#include "generator/overlay/mount_table.hpp"
#include "generator/text/fields.hpp"
#include "generator/text/number_text.hpp"
#include "generator/text/printable.hpp"
#include "helper/holders/open_files.hpp"
#include "helper/mount/overlay_detach.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <functional>
#include <map>
#include <set>
#include <string_view>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace left4me {

namespace {

namespace fs = std::filesystem;

using Report = std::function<void(std::string)>;

/// What the search reports besides holders, whose lines begin with a process id.
constexpr const char* made_read_only = "read-only";
constexpr const char* of_another = "of another";

/// What ustat(2) tells of a file system, as the kernel fills it in (ustat(2)): glibc has neither
/// the call nor the structure any more.
struct FreeSpace {
    std::int32_t blocks;
    unsigned long inodes;
    std::array<char, 12> names;
};

/// \param file_system  MAJOR:MINOR
dev_t device_number(std::string_view file_system) {
    const auto major = parse_number<unsigned>(take_until(file_system, ':'));
    return ::makedev(major.value_or(0), parse_number<unsigned>(file_system).value_or(0));
}

/// Looks through all processes for one that has the overlay, to make it read-only there.
class RemnantSearch {
  public:
    RemnantSearch(const MountRecord& record, Report report)
        : m_record(record), m_source(overlay_source(record.plan.instance)),
          m_report(std::move(report)) {
        const std::string merged = record.plan.directory + "/merged";
        for (std::size_t end = 0; end != std::string::npos; end = merged.find('/', end + 1))
            if (const auto place = place_of(
                    AT_FDCWD, end == 0 ? "/" : merged.substr(0, end).c_str(), AT_SYMLINK_NOFOLLOW))
                m_ways.insert(place->device);
    }

    void run() {
        for (const std::string& pid : list_processes()) {
            look_at_namespace(pid);
            look_at_files(pid);
            if (m_done)
                return;
        }
    }

  private:
    void finish(const char* word) {
        m_report(word);
        m_done = true;
    }

    void look_at_namespace(const std::string& pid) {
        // A process in a chroot sees only what is below it.
        constexpr int most_looks = 3;
        const fs::path process = living_thread_of(pid);
        int& looks = m_looks[target_of(process / "ns/mnt")];
        if (looks == most_looks)
            return;
        ++looks;
        for (const MountRow& row : list_mounts(read_text(process / "mountinfo"))) {
            if (row.device != m_record.file_system)
                continue;
            if (row.type != "overlay" || row.source != m_source)
                return finish(of_another);
            if (row.read_only || silence(walk(process, row.mount_point)))
                return finish(made_read_only);
            looks = most_looks;
            return m_report(fmt::format("{} ({}): mount of its own on {}", pid, command_of(pid),
                                        printable_path(row.mount_point)));
        }
    }

    /// Follows a path as a process sees it. Its namespace may be a stranger's, who can have mounted
    /// anything there, also what never answers: nothing is looked up in a file system that is not
    /// on our own way to merged.
    [[nodiscard]] FileDescriptor walk(const fs::path& process, std::string_view path) const {
        FileDescriptor directory(
            ::open((process / "root").c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
        while (directory && !path.empty()) {
            const auto place = place_of(directory.get(), "", AT_EMPTY_PATH);
            if (!place || !m_ways.contains(place->device))
                return {};
            if (const std::string name(take_until(path, '/')); !name.empty())
                directory = FileDescriptor(
                    ::openat(directory.get(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
        }
        return directory;
    }

    void look_at_files(const std::string& pid) {
        const OpenFiles files = find_open_files(pid, [this](const OpenFile& file) {
            return file.mount_id == m_record.mount_id ||
                   (file.is_directory && file.device == m_record.file_system);
        });
        for (const OpenFile& file : files.files)
            if (file.is_directory && silence(climb(file.link)))
                return finish(made_read_only);
        if (!files.files.empty())
            m_report(fmt::format("{} ({}): {}", pid, command_of(pid), files.in_words()));
    }

    /// From a directory that a process is in or has open to the root of its mount.
    static FileDescriptor climb(const fs::path& link) {
        constexpr int most_levels = 1000;
        FileDescriptor directory(::open(link.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
        for (int level = 0; directory && level < most_levels; ++level) {
            struct statx status = {};
            if (::statx(directory.get(), "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, 0, &status) != 0)
                return {};
            if (is_mount_root(status))
                return directory;
            directory =
                FileDescriptor(::openat(directory.get(), "..", O_PATH | O_DIRECTORY | O_CLOEXEC));
        }
        return {};
    }

    /// \return whether it is the root of the overlay, and read-only now
    [[nodiscard]] bool silence(const FileDescriptor& mount) const {
        if (!mount)
            return false;
        const auto place = place_of(mount.get(), "", AT_EMPTY_PATH);
        if (!place || place->device != m_record.file_system)
            return false;
        try {
            return make_read_only(mount.get(), "");
        } catch (const SystemError&) {
            // As of a mount whose root is not the overlay's.
            return false;
        }
    }

    const MountRecord& m_record;
    std::string m_source;
    Report m_report;
    /// The devices of the directories on the way to merged.
    std::set<std::string, std::less<>> m_ways;
    std::map<std::string, int> m_looks;
    bool m_done = false;
};

OverlayRemnants look_once(const MountRecord& record) {
    using State = OverlayRemnants::State;
    if (!may_be_left(record))
        return {State::none, {}};
    constexpr std::chrono::seconds longest_search(2);
    LimitedSearch search = run_limited(
        longest_search, [&](const Report& report) { RemnantSearch(record, report).run(); });
    for (const std::string& line : search.found) {
        if (line == of_another)
            return {State::none, {}};
        if (line == made_read_only)
            return {State::read_only, {}};
    }
    return {State::writable, std::move(search.found)};
}

} // namespace

bool may_be_left(const MountRecord& record) {
    if (record.read_only)
        return false;
    FreeSpace found = {};
    if (::syscall(SYS_ustat, device_number(record.file_system), &found) != 0)
        return errno != EINVAL;
    // An overlay has just as much free space as upper, but both are never asked at one moment:
    // while files come and go, only a difference that stays is one.
    constexpr int most_looks = 100;
    const std::string upper = record.plan.directory + "/upper";
    for (int looks = 0; looks < most_looks; ++looks) {
        struct stat identity = {};
        struct statfs of_upper = {};
        if (::lstat(upper.c_str(), &identity) != 0 || !record.plan.upper ||
            identity.st_dev != record.plan.upper->device || ::statfs(upper.c_str(), &of_upper) != 0)
            return true;
        if (::syscall(SYS_ustat, device_number(record.file_system), &found) != 0)
            return errno != EINVAL;
        if (found.blocks == static_cast<std::int32_t>(of_upper.f_bfree) &&
            found.inodes == of_upper.f_ffree)
            return true;
    }
    return false;
}

OverlayRemnants quiet_remnants(const MountRecord& record, std::chrono::milliseconds patience) {
    OverlayRemnants remnants;
    static_cast<void>(retry_for(patience, [&] {
        remnants = look_once(record);
        return remnants.state != OverlayRemnants::State::writable;
    }));
    return remnants;
}

} // namespace left4me
