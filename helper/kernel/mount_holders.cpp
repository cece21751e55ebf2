#include "kernel/mount_holders.hpp"

#include "instance/path_text.hpp"
#include "kernel/limited_search.hpp"
#include "kernel/proc_text.hpp"
#include "plan/foreign_marks.hpp"
#include "plan/mount_table.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <sys/stat.h>
#include <utility>

namespace left4me {

namespace {

namespace fs = std::filesystem;

/// Of a process, and of holders.
constexpr std::size_t most_files_named = 4;
constexpr std::size_t most_holders_named = 20;

constexpr std::array<std::pair<const char*, std::string_view>, 2> thread_links = {{
    {"cwd", "working directory"},
    {"root", "root directory"},
}};

/// A mount and its file system, which has a device of its own.
struct Place {
    std::uint64_t mount_id = 0;
    /// As the mount table has it: MAJOR:MINOR.
    std::string device;
};

/// \return nothing when there is no such file
std::optional<Place> place_of(int directory, const char* path, int flags) {
    struct statx status = {};
    if (::statx(directory, path, flags | AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC, STATX_MNT_ID,
                &status) != 0)
        return std::nullopt;
    return Place{status.stx_mnt_id,
                 fmt::format("{}:{}", status.stx_dev_major, status.stx_dev_minor)};
}

class HolderSearch {
  public:
    HolderSearch(Place overlay, std::string merged, std::function<void(std::string)> report)
        : m_merged(std::move(merged)), m_device(std::move(overlay.device)),
          m_own_mount(overlay.mount_id), m_mounts{overlay.mount_id},
          m_own_namespace(target_of("/proc/self/ns/mnt")), m_report(std::move(report)) {}

    void search() {
        find_mounts_inside();
        find_loop_devices();
        const std::vector<std::string> processes = list_processes();
        for (const std::string& pid : processes)
            note_namespace(pid);
        for (const std::string& pid : processes)
            add_process(pid);
        if (m_found == 0)
            for (const auto& [name, pid] : m_namespaces)
                found(fmt::format("{} ({}): mount namespace", pid, command_of(pid)));
        if (m_found > most_holders_named)
            m_report(fmt::format("and {} more", m_found - most_holders_named));
    }

  private:
    void found(std::string holder) {
        if (++m_found <= most_holders_named)
            m_report(std::move(holder));
    }

    void find_mounts_inside() {
        for (const MountRow& row : list_mounts(read_text("/proc/self/mountinfo")))
            if (row.parent == m_own_mount)
                found(fmt::format("a mount on {}", printable_path(row.mount_point)));
    }

    void find_loop_devices() {
        for (const std::string& name : names_in("/sys/block")) {
            const std::string file =
                first_line_of(fs::path("/sys/block") / name / "loop/backing_file");
            if (!file.empty() && path_below(file, m_merged))
                found(fmt::format("/dev/{}: backing file {}", name, printable_path(file)));
        }
    }

    /// Learns as which mounts the overlay is in the process's mount namespace.
    void note_namespace(const std::string& pid) {
        const fs::path process = living_thread_of(pid);
        const std::string name = target_of(process / "ns/mnt");
        // A process in a chroot sees only what is below it: the next few of that namespace may see
        // more.
        constexpr int most_looks = 3;
        if (name.empty() || name == m_own_namespace || m_namespaces.contains(name) ||
            ++m_looks[name] > most_looks)
            return;
        for (const MountRow& row : list_mounts(read_text(process / "mountinfo")))
            if (row.device == m_device) {
                m_mounts.insert(row.id);
                m_namespaces.try_emplace(name, pid);
            }
    }

    void add_process(const std::string& pid) {
        const fs::path process = fs::path("/proc") / pid;
        std::vector<std::string> held;
        std::size_t unnamed = 0;
        const auto hold = [&held, &unnamed](std::string what) {
            if (std::ranges::find(held, what) != held.end())
                return;
            if (held.size() < most_files_named)
                held.push_back(std::move(what));
            else
                ++unnamed;
        };

        std::vector<std::string> threads = names_in(process / "task");
        for (const std::string& thread : threads)
            for (const auto& [link, description] : thread_links)
                if (is_there(process / "task" / thread / link))
                    hold(std::string(description));
        const std::string executable = process / "exe";
        if (is_there(executable))
            hold(fmt::format("executable {}", printable_path(target_of(executable))));
        // Threads share them, but for the first when it has ended before the others.
        for (const std::string& thread : threads)
            if (add_open_files(process / "task" / thread, hold))
                break;
        for (const std::string& range : names_in(process / "map_files"))
            add_mapping(process / "map_files" / range, target_of(executable), hold);
        if (held.empty())
            return;

        if (unnamed > 0)
            held.push_back(fmt::format("and {} more", unnamed));
        const bool elsewhere = target_of(living_thread_of(pid) / "ns/mnt") != m_own_namespace;
        found(fmt::format("{} ({}): {}{}", pid, command_of(pid), fmt::join(held, ", "),
                          elsewhere ? ", in another mount namespace" : ""));
    }

    /// \return whether there were any, on whatever mount
    template <typename Hold>
    bool add_open_files(const fs::path& thread, const Hold& hold) {
        const std::vector<std::string> files = names_in(thread / "fd");
        for (const std::string& file : files)
            if (m_mounts.contains(mount_of_open_file(thread / "fdinfo" / file)))
                hold(fmt::format("open file {}", printable_path(target_of(thread / "fd" / file))));
        return !files.empty();
    }

    template <typename Hold>
    void add_mapping(const fs::path& link, const std::string& executable, const Hold& hold) {
        if (!is_there(link))
            return;
        if (const std::string target = target_of(link); target != executable)
            hold(fmt::format("mapping {}", printable_path(target)));
    }

    /// Tells it without a look at the file, which may be on a file system that does not answer.
    static std::uint64_t mount_of_open_file(const fs::path& info) {
        constexpr std::string_view key = "mnt_id:\t";
        const std::string text = read_beginning(info);
        const std::size_t found = text.find(key);
        std::uint64_t id = 0;
        if (found != std::string::npos)
            std::from_chars(text.data() + found + key.size(), text.data() + text.size(), id);
        return id;
    }

    /// Directories have the overlay's device; files, without xino, need not (kernel:
    /// Documentation/filesystems/overlayfs.rst, "Inode properties").
    [[nodiscard]] bool is_there(const fs::path& link) const {
        const auto place = place_of(AT_FDCWD, link.c_str(), 0);
        return place && (m_mounts.contains(place->mount_id) || place->device == m_device);
    }

    std::string m_merged;
    std::string m_device;
    std::uint64_t m_own_mount;
    /// The overlay's, in every mount namespace that has it: ids are the whole system's.
    std::set<std::uint64_t> m_mounts;
    std::string m_own_namespace;
    /// Others that have the overlay, each with a process in it.
    std::map<std::string, std::string> m_namespaces;
    std::map<std::string, int> m_looks;
    std::size_t m_found = 0;
    std::function<void(std::string)> m_report;
};

} // namespace

std::vector<std::string> find_mount_holders(int parent, const std::string& path) {
    const auto outside = place_of(parent, "", AT_EMPTY_PATH);
    auto overlay = place_of(parent, "merged", AT_SYMLINK_NOFOLLOW);
    if (!outside || !overlay || outside->mount_id == overlay->mount_id)
        return {};
    constexpr std::chrono::seconds longest_search(2);
    LimitedSearch search = run_limited(longest_search, [&](const auto& report) {
        HolderSearch(*std::move(overlay), path + "/merged", report).search();
    });
    if (search.incomplete)
        search.found.emplace_back("perhaps others: the search in /proc was given up");
    return std::move(search.found);
}

} // namespace left4me
