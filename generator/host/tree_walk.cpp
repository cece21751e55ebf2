#include "generator/host/tree_walk.hpp"

#include "generator/host/host_tree.hpp"
#include "generator/host/open_beneath.hpp"
#include "generator/host/system_error.hpp"

#include <cerrno>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <utility>

namespace left4me {

namespace {

/// Whether an errno says that what readdir showed is not there any more, or something else is.
bool is_gone(int error) {
    return error == ENOENT || error == ENOTDIR || error == ELOOP;
}

class TreeWalk {
  public:
    TreeWalk(std::string path, const TreeVisitor& visitor, std::size_t most)
        : m_path(std::move(path)), m_visitor(visitor), m_most(most) {}

    bool walk(int top) {
        visit(top, ".");
        FileDescriptor fd(
            checked(::openat(top, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), "openat", m_path));
        list(std::move(fd), 0);
        return m_held_still;
    }

  private:
    void visit(int directory, const char* name) {
        if (!m_visitor.visit({directory, name, m_path}))
            m_held_still = false;
    }

    void enter(int parent, const char* name, int depth) {
        if (depth > deepest_directory) {
            m_visitor.stop_at(TreeObstacle::too_deep, m_path);
            return;
        }
        FileDescriptor fd = open_with(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW,
                                      RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS |
                                          RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV);
        if (!fd && errno == EXDEV) {
            m_visitor.stop_at(TreeObstacle::mount_point, m_path);
            return;
        }
        if (!fd && is_gone(errno)) {
            m_held_still = false;
            return;
        }
        if (!fd && errno == EACCES) {
            m_visitor.stop_at(TreeObstacle::unreadable, m_path);
            return;
        }
        if (!fd)
            throw SystemError("openat2", m_path, errno);
        list(std::move(fd), depth);
    }

    void list(FileDescriptor fd, int depth) {
        const std::size_t length = m_path.size();
        read_entries(std::move(fd), m_path, [&](int directory, const dirent& entry) {
            if (m_entries == m_most) {
                m_visitor.stop_at(TreeObstacle::too_many, m_path);
                ++m_entries;
            }
            if (m_entries > m_most)
                return false;
            ++m_entries;
            m_path += '/';
            m_path += entry.d_name;
            visit(directory, entry.d_name);
            if (is_directory(directory, entry))
                enter(directory, entry.d_name, depth + 1);
            m_path.resize(length);
            return true;
        });
    }

    /// Some file systems do not say it in readdir.
    bool is_directory(int parent, const dirent& entry) {
        if (entry.d_type != DT_UNKNOWN)
            return entry.d_type == DT_DIR;
        struct stat status = {};
        if (::fstatat(parent, entry.d_name, &status, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) == 0)
            return S_ISDIR(status.st_mode);
        if (!is_gone(errno))
            throw SystemError("fstatat", m_path, errno);
        m_held_still = false;
        return false;
    }

    std::string m_path;
    const TreeVisitor& m_visitor;
    std::size_t m_most;
    std::size_t m_entries = 0;
    bool m_held_still = true;
};

} // namespace

bool walk_tree(int top, const std::string& path, const TreeVisitor& visitor, std::size_t most) {
    return TreeWalk(path, visitor, most).walk(top);
}

} // namespace left4me
