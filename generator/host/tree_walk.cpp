#include "generator/host/tree_walk.hpp"

#include "generator/host/file_descriptor.hpp"
#include "generator/host/open_beneath.hpp"
#include "generator/host/system_error.hpp"

#include <cerrno>
#include <cstddef>
#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <memory>
#include <string_view>
#include <sys/stat.h>
#include <utility>

namespace left4me {

namespace {

struct CloseDirectory {
    void operator()(DIR* directory) const { ::closedir(directory); }
};

using Directory = std::unique_ptr<DIR, CloseDirectory>;

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
        FileDescriptor fd(::openat(top, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!fd)
            throw SystemError("openat", m_path, errno);
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
        const Directory directory(::fdopendir(fd.get()));
        if (!directory)
            throw SystemError("fdopendir", m_path, errno);
        static_cast<void>(fd.release());
        const std::size_t length = m_path.size();
        for (;;) {
            errno = 0;
            const dirent* const entry = ::readdir(directory.get());
            if (entry == nullptr)
                break;
            const std::string_view name = entry->d_name;
            if (name == "." || name == "..")
                continue;
            if (m_entries == m_most) {
                m_visitor.stop_at(TreeObstacle::too_many, m_path);
                ++m_entries;
            }
            if (m_entries > m_most)
                return;
            ++m_entries;
            m_path += '/';
            m_path += name;
            visit(::dirfd(directory.get()), entry->d_name);
            if (is_directory(::dirfd(directory.get()), *entry))
                enter(::dirfd(directory.get()), entry->d_name, depth + 1);
            m_path.resize(length);
        }
        // A directory that was removed while it was open lists as ENOENT.
        if (errno == ENOENT)
            m_held_still = false;
        else if (errno != 0)
            throw SystemError("readdir", m_path, errno);
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
