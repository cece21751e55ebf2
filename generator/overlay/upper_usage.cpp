#include "generator/overlay/upper_usage.hpp"

#include "generator/host/system_error.hpp"
#include "generator/host/tree_walk.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unordered_set>

namespace left4me {

namespace {

/// st_blocks counts these, whatever the file system's own blocks are (stat(3type)).
constexpr std::uint64_t block_size = 512;

class UsageMeter {
  public:
    bool add(const TreeEntry& entry) {
        struct stat status = {};
        if (checked(::fstatat(entry.directory, entry.name, &status,
                              AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT),
                    "fstatat", entry.path, {ENOENT, EACCES}) != 0) {
            if (errno == ENOENT)
                return false;
            leave_out();
            return true;
        }
        if (!S_ISDIR(status.st_mode) && status.st_nlink > 1 &&
            !m_with_more_names.insert(status.st_ino).second)
            return true;
        m_size.bytes += static_cast<std::uint64_t>(status.st_blocks) * block_size;
        m_size.files += S_ISDIR(status.st_mode) ? 0 : 1;
        return true;
    }

    void leave_out() { m_size.complete = false; }

    [[nodiscard]] UpperSize size() const { return m_size; }

  private:
    UpperSize m_size;
    /// By inode: they are all of one file system.
    std::unordered_set<ino_t> m_with_more_names;
};

} // namespace

UpperSize measure_upper(int upper, const std::string& path, std::size_t most) {
    UsageMeter meter;
    walk_tree(upper, path,
              {[&meter](const TreeEntry& entry) { return meter.add(entry); },
               [&meter](TreeObstacle, const std::string&) { meter.leave_out(); }},
              most);
    return meter.size();
}

} // namespace left4me
