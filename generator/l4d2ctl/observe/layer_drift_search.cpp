#include "generator/l4d2ctl/observe/layer_drift_search.hpp"

#include "generator/host/open_beneath.hpp"
#include "generator/host/read_file.hpp"
#include "generator/host/system_error.hpp"
#include "generator/host/tree_walk.hpp"
#include "generator/l4d2ctl/layers/layer_lookup.hpp"
#include "generator/l4d2ctl/observe/file_comparison.hpp"
#include "generator/l4d2ctl/observe/layer_trail.hpp"
#include "generator/text/fields.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <functional>
#include <linux/openat2.h>
#include <optional>
#include <sys/stat.h>
#include <utility>
#include <vector>

namespace left4me::ctl {

namespace {

/// Of an upper, and of what a directory of it hides: far more than a server writes in its life.
constexpr std::size_t most_files = 1'000'000;

/// Of directories on the ways to files, in all layers: many and deep ones would take days.
constexpr std::size_t most_looks = 5'000'000;

constexpr std::uint64_t beneath =
    RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV;

class DriftSearch {
  public:
    explicit DriftSearch(const OpenStack& stack) : m_upper(stack.upper) {
        for (const OpenStackLayer& layer : stack.layers)
            if (layer.fd)
                m_layers.push_back(&layer);
            else
                m_report.complete = false;
        m_report.instance = stack.found.name;
        m_report.upper = stack.upper.path;
        if (!stack.found.upper.problem.empty())
            leave_out();
        m_trails.resize(m_layers.size());
    }

    DriftReport run() {
        if (m_upper.fd)
            walk(m_upper.path, m_upper.fd.get(),
                 [this](const TreeEntry& entry) { return visit(entry); });
        std::ranges::sort(m_report.items, {}, &DriftItem::path);
        return std::move(m_report);
    }

  private:
    void walk(const std::string& path, int top,
              const std::function<bool(const TreeEntry&)>& visit) {
        try {
            walk_tree(top, path, {visit, [this](TreeObstacle, const std::string&) { leave_out(); }},
                      most_files);
        } catch (const SystemError& error) {
            if (is_shortage(error.error()))
                throw;
            leave_out();
        }
    }

    void leave_out() { m_report.complete = false; }

    bool visit(const TreeEntry& entry) {
        if (entry.path.size() <= m_upper.path.size())
            return true;
        const std::string path = entry.path.substr(m_upper.path.size() + 1);
        // All of it is said with the directory.
        if (!m_replaced.empty() && path.starts_with(m_replaced))
            return true;
        if (!is_in_a_layer(path))
            return true;
        const auto in_upper = look_at_entry(entry.directory, entry.name, entry.path);
        if (!in_upper) {
            leave_out();
            return false;
        }
        compare(path, *in_upper, entry);
        return true;
    }

    /// Most of what a server writes is in no layer, and this alone is soon told.
    [[nodiscard]] bool is_in_a_layer(const std::string& path) {
        if (!may_look(1))
            return false;
        return std::ranges::any_of(m_layers, [&path](const OpenStackLayer* layer) {
            return open_with(layer->fd.get(), path, O_PATH | O_NOFOLLOW, beneath) ||
                   (errno != ENOENT && errno != ENOTDIR && errno != ELOOP);
        });
    }

    void compare(const std::string& path, const LayerEntry& in_upper, const TreeEntry& entry) {
        const bool deleted = in_upper.mark == OverlayMark::whiteout;
        const bool replaced = in_upper.mark == OverlayMark::opaque;
        if (replaced)
            m_replaced = path + "/";
        if (!deleted && !replaced && in_upper.type != FileType::file)
            return;
        const Lookup lookup = look_up_in_layers(split(path, '/'));
        if (lookup.result == Lookup::Result::unseen)
            leave_out();
        if (lookup.result != Lookup::Result::found)
            return;
        const std::size_t provider = lookup.providers.front();
        const LayerEntry& in_layer = m_trails[provider].entries.back();
        DriftItem item;
        item.path = path;
        item.layer = m_layers[provider]->path;
        item.own = own_since(in_upper);
        if (deleted && in_upper.changed > item.own.time)
            item.own_until = in_upper.changed;
        item.changed = in_layer.changed;
        if (in_layer.type == FileType::directory && (deleted || replaced)) {
            item.kind = deleted ? DriftItem::Kind::directory_deletion : DriftItem::Kind::directory;
            search_below(std::move(item), lookup.providers);
            return;
        }
        if (in_layer.type != FileType::file || replaced || !is_newer(in_layer, item.own))
            return;
        if (deleted)
            item.kind = DriftItem::Kind::deletion;
        else if (const auto equal = are_equal(entry, *m_layers[provider], path); equal == true)
            return;
        else
            item.compared = equal.has_value();
        m_report.items.push_back(std::move(item));
    }

    /// Whether there is something left of the looks at each layer that are allowed for.
    bool may_look(std::size_t times) {
        const std::size_t looks = times * m_layers.size();
        if (m_looks_left < looks) {
            leave_out();
            return false;
        }
        m_looks_left -= looks;
        return true;
    }

    Lookup look_up_in_layers(const std::vector<std::string>& components) {
        if (!may_look(components.size()))
            return {Lookup::Result::unseen, {}};
        for (std::size_t i = 0; i < m_layers.size(); ++i)
            m_trails[i] = look_along(m_layers[i]->fd.get(), m_layers[i]->path, components);
        return look_up(m_trails, components.size());
    }

    std::optional<bool> are_equal(const TreeEntry& entry, const OpenStackLayer& layer,
                                  const std::string& path) {
        const FileDescriptor own =
            open_with(entry.directory, entry.name, read_file_flags | O_NOFOLLOW, beneath);
        const FileDescriptor of_layer =
            open_with(layer.fd.get(), path, read_file_flags | O_NOFOLLOW, beneath);
        return m_comparer.have_equal_contents(own.get(), of_layer.get());
    }

    /// Reports the directory when there are files below it that would be seen but for it, and are
    /// newer.
    void search_below(DriftItem item, const std::vector<std::size_t>& providers) {
        item.files = 0;
        for (const std::size_t provider : providers) {
            const OpenStackLayer& layer = *m_layers[provider];
            const FileDescriptor top =
                open_with(layer.fd.get(), item.path, O_PATH | O_DIRECTORY, beneath);
            if (!top) {
                leave_out();
                continue;
            }
            walk(layer.path + "/" + item.path, top.get(),
                 [&](const TreeEntry& entry) { return add_below(item, provider, entry); });
        }
        if (item.files != 0)
            m_report.items.push_back(std::move(item));
    }

    bool add_below(DriftItem& item, std::size_t provider, const TreeEntry& entry) {
        struct stat status = {};
        if (::fstatat(entry.directory, entry.name, &status,
                      AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) != 0) {
            leave_out();
            return false;
        }
        LayerEntry found;
        found.changed = {status.st_ctim.tv_sec, static_cast<std::uint32_t>(status.st_ctim.tv_nsec)};
        if (!S_ISREG(status.st_mode) || !is_newer(found, item.own))
            return true;
        const std::string path = entry.path.substr(m_layers[provider]->path.size() + 1);
        const Lookup lookup = look_up_in_layers(split(path, '/'));
        if (lookup.result != Lookup::Result::found || lookup.providers.front() != provider)
            return true;
        if (item.files++ == 0 || found.changed > item.changed) {
            item.changed = found.changed;
            item.layer = m_layers[provider]->path;
            item.newest = path.substr(item.path.size() + 1);
        }
        return true;
    }

    const OpenStackLayer& m_upper;
    std::vector<const OpenStackLayer*> m_layers;
    /// Of the last lookup, by layer.
    std::vector<LayerTrail> m_trails;
    /// The directory of upper that hides everything below it, with a slash behind it.
    std::string m_replaced;
    std::size_t m_looks_left = most_looks;
    FileComparison m_comparer;
    DriftReport m_report;
};

} // namespace

DriftReport find_drift(const OpenStack& stack) {
    return DriftSearch(stack).run();
}

} // namespace left4me::ctl
