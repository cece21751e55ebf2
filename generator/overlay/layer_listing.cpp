#include "generator/overlay/layer_listing.hpp"

#include "generator/host/host_tree.hpp"
#include "generator/host/open_beneath.hpp"
#include "generator/host/system_error.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>

namespace left4me {

namespace {

/// At the top, and as many again in each directory there, up to the second figure in all: an
/// installation has some twenty, and its left4dead2 some fifty.
constexpr std::size_t most_in_directory = 200;
constexpr std::size_t most_in_layer = 600;

class Lister {
  public:
    LayerListing list(const OpenLayer& layer) {
        const int top = layer.fd.get();
        read(top, ".", layer.layer.path, [this](LayoutEntry entry) {
            m_listing.entries.push_back({std::move(entry), {}});
        });
        std::ranges::sort(m_listing.entries, {}, &LayerListing::Top::name);
        for (LayerListing::Top& entry : m_listing.entries)
            if (entry.is_directory && tells_of_layout(entry.name)) {
                read(top, entry.name, layer.layer.path,
                     [&entry](LayoutEntry inner) { entry.entries.push_back(std::move(inner)); });
                std::ranges::sort(entry.entries, {}, &LayoutEntry::name);
            }
        return std::move(m_listing);
    }

  private:
    template <typename Add>
    void read(int top, const std::string& name, const std::string& path, const Add& add) {
        FileDescriptor directory =
            open_with(top, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW,
                      RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV);
        if (!directory) {
            throw_if_shortage(errno, "openat2", path);
            m_listing.complete = false;
            return;
        }
        std::size_t left = std::min(most_in_directory, m_left);
        m_listing.complete &=
            read_entries(std::move(directory), path, [&](int fd, const dirent& entry) {
                if (left == 0)
                    return false;
                --left;
                --m_left;
                add(LayoutEntry{entry.d_name, is_directory(fd, entry)});
                return true;
            });
    }

    /// Some file systems do not say it in readdir.
    static bool is_directory(int parent, const dirent& entry) {
        struct stat status = {};
        if (entry.d_type != DT_UNKNOWN)
            return entry.d_type == DT_DIR;
        return ::fstatat(parent, entry.d_name, &status, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) ==
                   0 &&
               S_ISDIR(status.st_mode);
    }

    LayerListing m_listing;
    std::size_t m_left = most_in_layer;
};

} // namespace

LayerListing list_layer(const OpenLayer& layer) {
    return Lister().list(layer);
}

} // namespace left4me
