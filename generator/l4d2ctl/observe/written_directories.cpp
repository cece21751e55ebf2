#include "generator/l4d2ctl/observe/written_directories.hpp"

#include "generator/host/file_descriptor.hpp"
#include "generator/host/open_beneath.hpp"
#include "generator/instance/game.hpp"
#include "generator/l4d2ctl/layers/layer_lookup.hpp"
#include "generator/l4d2ctl/observe/layer_trail.hpp"
#include "generator/text/fields.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/xattr.h>

namespace left4me::ctl {

namespace {

/// What it lets others do is not in its mode alone (acl(5)).
bool has_access_list(int directory, const std::string& path) {
    const FileDescriptor fd = open_beneath(directory, path, O_PATH | O_DIRECTORY);
    const std::string by_descriptor = fmt::format("/proc/self/fd/{}", fd.get());
    return fd && ::getxattr(by_descriptor.c_str(), "system.posix_acl_access", nullptr, 0) > 0;
}

bool may_write(const SeenDirectory& seen, const LayerEntry& entry, const std::string& path) {
    return permits({entry.mode, {entry.uid, entry.gid}}, seen.sight, Permission::write) ||
           has_access_list(seen.directory, path);
}

} // namespace

std::vector<UnwritableDirectories>
find_unwritable_directories(const std::vector<SeenDirectory>& stack) {
    std::vector<UnwritableDirectories> found(stack.size());
    std::vector<LayerTrail> trails(stack.size());
    for (const game::WrittenDirectory& written : game::written_directories) {
        const std::string path = written.path.empty()
                                     ? game::directory
                                     : fmt::format("{}/{}", game::directory, written.path);
        const std::vector<std::string> components = split(path, '/');
        for (std::size_t i = 0; i < stack.size(); ++i)
            trails[i] = look_along(stack[i].directory, stack[i].path, components);
        const Lookup lookup = look_up(trails, components.size());
        if (lookup.result != Lookup::Result::found)
            continue;
        const std::size_t provider = lookup.providers.front();
        const LayerEntry& entry = trails[provider].entries.back();
        if (entry.type == FileType::directory && !may_write(stack[provider], entry, path))
            found[provider].add({path, written.contents, {entry.uid, entry.gid}});
    }
    return found;
}

} // namespace left4me::ctl
