#include "generator/l4d2ctl/observe/layer_access.hpp"

#include "generator/host/system_error.hpp"
#include "generator/host/tree_walk.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <string_view>
#include <sys/stat.h>
#include <sys/xattr.h>

namespace left4me::ctl {

namespace {

FileAccess access_of(const struct stat& status) {
    return {status.st_mode, {status.st_uid, status.st_gid}};
}

bool has_access_list(int directory, const char* name) {
    // As in upper_preflight.cpp: there is no such call with a directory before Linux 6.13.
    const std::string path = fmt::format("/proc/self/fd/{}/{}", directory, name);
    return ::lgetxattr(path.c_str(), "system.posix_acl_access", nullptr, 0) > 0;
}

class LayerReader {
  public:
    LayerReader(const OpenLayer& layer, const LayerSight& sight)
        : m_path(layer.layer.path), m_sight(sight) {}

    bool visit(const TreeEntry& entry) {
        ++m_access.entries;
        if (entry.path.size() == m_path.size())
            return true;
        struct stat status = {};
        if (checked(::fstatat(entry.directory, entry.name, &status,
                              AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT),
                    "fstatat", entry.path, {ENOENT, EACCES}) < 0) {
            m_access.hidden |= errno == EACCES;
            return errno == EACCES;
        }
        if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode))
            return true;
        const Permission wanted =
            S_ISDIR(status.st_mode) ? Permission::read_and_execute : Permission::read;
        if (permits(access_of(status), m_sight, wanted) ||
            has_access_list(entry.directory, entry.name))
            return true;
        UnreadableFiles& files = m_access.unreadable;
        const auto path = std::string_view(entry.path).substr(m_path.size() + 1);
        if (files.count++ == 0 || path < files.first)
            files.first = path;
        return true;
    }

    void stop_at(TreeObstacle obstacle) {
        if (obstacle == TreeObstacle::unreadable)
            m_access.hidden = true;
        // What is mounted in a layer is in no overlay.
        if (obstacle == TreeObstacle::too_many || obstacle == TreeObstacle::too_deep)
            m_access.cut_short = true;
    }

    [[nodiscard]] LayerAccess access() const { return m_access; }

  private:
    const std::string& m_path;
    const LayerSight& m_sight;
    LayerAccess m_access;
};

} // namespace

LayerAccess look_through_layer(const OpenLayer& layer, const LayerSight& sight, std::size_t most) {
    LayerReader reader(layer, sight);
    try {
        walk_tree(
            layer.fd.get(), layer.layer.path,
            {[&reader](const TreeEntry& entry) { return reader.visit(entry); },
             [&reader](TreeObstacle obstacle, const std::string&) { reader.stop_at(obstacle); }},
            most);
    } catch (const SystemError& error) {
        if (error.error() != EACCES)
            throw;
        reader.stop_at(TreeObstacle::unreadable);
    }
    return reader.access();
}

} // namespace left4me::ctl
