#include "generator/overlay/upper_preflight.hpp"

#include "generator/host/file_descriptor.hpp"
#include "generator/host/file_status.hpp"
#include "generator/host/open_beneath.hpp"
#include "generator/host/system_error.hpp"
#include "generator/host/tree_walk.hpp"
#include "generator/overlay/foreign_marks.hpp"
#include "generator/overlay/scan_mark.hpp"
#include "generator/text/refusal.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

namespace left4me {

namespace {

class UpperScan {
  public:
    /// \param entries_left  how many entries to look at, at most; those looked at are taken off
    explicit UpperScan(std::size_t& entries_left) : m_entries_left(entries_left) {}

    /// \return whether it held still meanwhile
    bool scan(int upper, const std::string& path) {
        return walk_tree(
            upper, path,
            {[this](const TreeEntry& entry) { return check(entry); },
             [this](TreeObstacle obstacle, const std::string& where) { stop_at(obstacle, where); }},
            m_entries_left);
    }

    /// Whether there are more entries than were to be looked at.
    [[nodiscard]] bool is_cut_short() const { return m_cut_short; }

  private:
    bool check(const TreeEntry& entry) {
        m_entries_left -= std::min<std::size_t>(m_entries_left, 1);
        if (const auto mark = find_mark_in_name(entry.name))
            refuse(complain_of(*mark, entry.path, ""));
        return check_attributes(entry);
    }

    bool check_attributes(const TreeEntry& entry) {
        // There is no listxattrat() before Linux 6.13; this path resolves to the same thing.
        const std::string by_descriptor =
            fmt::format("/proc/self/fd/{}/{}", entry.directory, entry.name);
        const ssize_t length =
            checked(::llistxattr(by_descriptor.c_str(), m_names.data(), m_names.size()),
                    "llistxattr", entry.path, {ENOENT, ENOTSUP});
        if (length < 0)
            return errno == ENOTSUP;
        if (const auto found =
                find_mark_in_attributes({m_names.data(), static_cast<std::size_t>(length)}))
            refuse(complain_of(found->mark, entry.path, found->name));
        return true;
    }

    void stop_at(TreeObstacle obstacle, const std::string& path) {
        if (obstacle == TreeObstacle::too_many) {
            m_cut_short = true;
            return;
        }
        if (obstacle == TreeObstacle::mount_point)
            refuse({fmt::format("something is mounted on {}, which the overlay would not show",
                                printable_path(path)),
                    "unmount it"});
        if (obstacle == TreeObstacle::unreadable)
            throw SystemError("openat2", path, EACCES);
        refuse({fmt::format("{} lies more than {} directories deep in the upper layer",
                            printable_path(path), deepest_directory),
                "remove it"});
    }

    /// As long as the kernel lets the names of one file be (XATTR_LIST_MAX).
    std::vector<char> m_names = std::vector<char>(65536);
    std::size_t& m_entries_left;
    bool m_cut_short = false;
};

/// The kernel refuses it too, with no other word than "Invalid argument" (kernel:
/// Documentation/filesystems/overlayfs.rst, "Volatile mount").
void check_not_volatile(int work, const std::string& path) {
    constexpr const char* marker = "work/incompat/volatile";
    if (checked(open_beneath(work, marker, O_PATH), "openat2", fmt::format("{}/{}", path, marker),
                {ENOENT, ENOTDIR, ELOOP}))
        refuse({fmt::format("{}/{} says that upper was last written through an overlay with the "
                            "option volatile, which leaves it incomplete when the machine goes "
                            "down",
                            path, marker),
                "begin with an empty upper and work, or remove that directory if you know that it "
                "did not go down meanwhile"});
}

struct Position {
    DirectoryIdentity identity;
    std::uint64_t mount_id = 0;

    bool operator==(const Position&) const = default;
};

Position locate(int directory, const std::string& path) {
    const struct statx status = status_of(directory, STATX_INO | STATX_MNT_ID, path);
    return {{::makedev(status.stx_dev_major, status.stx_dev_minor), status.stx_ino},
            status.stx_mnt_id};
}

void check_outside(int directory, const std::vector<OpenLayer>& layers, const std::string& path) {
    FileDescriptor current;
    Position position = locate(directory, path);
    for (;;) {
        for (const OpenLayer& layer : layers)
            if (DirectoryIdentity{layer.layer.device, layer.layer.inode} == position.identity)
                refuse({fmt::format("{} is the layer {} or lies in it, by way of another mount",
                                    path, printable_path(layer.layer.path)),
                        "take the layer out of L4D2_LOWERDIRS"});
        FileDescriptor parent(checked(
            ::openat(current ? current.get() : directory, "..", O_PATH | O_DIRECTORY | O_CLOEXEC),
            "openat", path + "/.."));
        const Position above = locate(parent.get(), path + "/..");
        // The parent of the root is the root.
        if (above == position)
            return;
        current = std::move(parent);
        position = above;
    }
}

} // namespace

UpperInspection inspect_contents(const InstanceDirectories& directories, const std::string& path,
                                 std::size_t& entries_left) {
    if (directories.work)
        check_not_volatile(directories.work.get(), path + "/work");
    if (!directories.upper)
        return {};
    const std::string upper = path + "/upper";
    ScanMark mark(directories.upper.get(), upper);
    if (mark.is_set())
        return {};
    UpperScan scan(entries_left);
    const bool held_still = scan.scan(directories.upper.get(), upper);
    if (scan.is_cut_short())
        return {std::nullopt, true};
    return {held_still ? std::optional(std::move(mark)) : std::nullopt, false};
}

void refuse_large_upper(const std::string& path) {
    refuse(
        {fmt::format("the upper layer has more than {} files", most_entries),
         fmt::format("remove from {}/upper what the server does not need", printable_path(path))});
}

void check_outside_layers(const InstanceDirectories& directories,
                          const std::vector<OpenLayer>& layers, const std::string& path) {
    if (directories.upper)
        check_outside(directories.upper.get(), layers, path + "/upper");
    if (directories.work)
        check_outside(directories.work.get(), layers, path + "/work");
}

} // namespace left4me
