#include "helper/holders/mount_holders.hpp"

#include "generator/host/file_status.hpp"
#include "generator/host/limited_search.hpp"
#include "generator/host/proc_text.hpp"
#include "generator/overlay/mount_table.hpp"
#include "generator/text/path_text.hpp"
#include "generator/text/printable.hpp"
#include "helper/holders/open_files.hpp"

#include <chrono>
#include <cstdint>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <functional>
#include <map>
#include <set>
#include <utility>

namespace left4me {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_holders_named = 20;

class HolderSearch {
  public:
    HolderSearch(MountPlace overlay, std::string merged, std::function<void(std::string)> report)
        : m_merged(std::move(merged)),
          m_device(std::move(overlay.device)), m_mounts{overlay.mount_id},
          m_own_namespace(target_of("/proc/self/ns/mnt")), m_report(std::move(report)) {}

    void search() {
        find_loop_devices();
        const std::vector<std::string> processes = list_processes();
        for (const std::string& pid : processes)
            note_namespace(pid);
        for (const std::string& pid : processes)
            add_process(pid);
        if (m_found > most_holders_named)
            m_report(fmt::format("and {} more", m_found - most_holders_named));
    }

  private:
    void found(std::string holder) {
        if (++m_found <= most_holders_named)
            m_report(std::move(holder));
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
        if (name.empty() || name == m_own_namespace || ++m_looks[name] > most_looks)
            return;
        for (const MountRow& row : list_mounts(read_text(process / "mountinfo")))
            if (row.device == m_device) {
                m_mounts.insert(row.id);
                m_looks[name] = most_looks;
            }
    }

    void add_process(const std::string& pid) {
        // Directories have the overlay's device; files, without xino, need not (kernel:
        // Documentation/filesystems/overlayfs.rst, "Inode properties").
        const OpenFiles held = find_open_files(pid, [this](const OpenFile& file) {
            return (file.is_writable || file.is_deleted) &&
                   (m_mounts.contains(file.mount_id) || file.device == m_device);
        });
        if (held.files.empty())
            return;
        const bool elsewhere = target_of(living_thread_of(pid) / "ns/mnt") != m_own_namespace;
        found(fmt::format("{} ({}): {}{}", pid, command_of(pid), held.in_words(),
                          elsewhere ? ", in another mount namespace" : ""));
    }

    std::string m_merged;
    std::string m_device;
    /// The overlay's, in every mount namespace that has it: ids are the whole system's.
    std::set<std::uint64_t> m_mounts;
    std::string m_own_namespace;
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
