#include "kernel/overlay_staged.hpp"

#include "host/open_beneath.hpp"
#include "host/system_error.hpp"
#include "kernel/layer_clone.hpp"
#include "kernel/staging_area.hpp"
#include "plan/exit_status.hpp"
#include "plan/mount_plan.hpp"

#include <cerrno>
#include <cstddef>
#include <fcntl.h>
#include <fmt/format.h>
#include <string_view>
#include <sys/mount.h>
#include <sys/stat.h>
#include <utility>

namespace left4me {

namespace {

constexpr const char* instance_clone = "instance";
constexpr const char* overlay_place = "overlay";

/// Opens `name` once more, in the clone of runtime/NAME: the descriptor opened in the host's
/// namespace belongs to a mount that this one does not have.
FileDescriptor open_again(int parent, const std::string& name, int opened,
                          const std::string& path) {
    FileDescriptor fd = open_beneath(parent, name, O_PATH | O_DIRECTORY);
    const int error = errno;
    struct stat before = {};
    struct stat now = {};
    if (::fstat(opened, &before) != 0 || (fd && ::fstat(fd.get(), &now) != 0))
        throw SystemError("fstat", path, errno);
    if (fd && before.st_dev == now.st_dev && before.st_ino == now.st_ino)
        return fd;
    if (!fd && error != ENOENT && error != ELOOP && error != ENOTDIR)
        throw SystemError("openat2", path, error);
    throw VerbFailure(ExitStatus::busy,
                      fmt::format("{} was replaced while it was being mounted: try again", path));
}

std::string options_of(std::size_t layers, int upper, int work) {
    std::string options = "lowerdir=0";
    for (std::size_t i = 1; i < layers; ++i)
        options += fmt::format(":{}", i);
    for (const auto& [key, value] : overlay_options)
        options += fmt::format(",{}={}", key, value);
    return options + fmt::format(",upperdir=proc/self/fd/{},workdir=proc/self/fd/{}", upper, work);
}

std::vector<FileDescriptor> detach_layers(const OverlayParts& parts) {
    std::vector<FileDescriptor> clones;
    for (const OverlayLayer& layer : parts.layers)
        clones.push_back(layer.is_detached ? FileDescriptor()
                                           : clone_mount(layer.directory, layer.path));
    return clones;
}

} // namespace

FileDescriptor build_staged(const OverlayParts& parts) {
    // All clones are made where the directories were opened.
    const std::vector<FileDescriptor> clones = detach_layers(parts);
    const FileDescriptor parent = clone_mount(parts.parent, parts.path);

    StagingArea area;
    for (std::size_t i = 0; i < parts.layers.size(); ++i)
        area.attach(clones[i] ? clones[i].get() : parts.layers[i].directory, std::to_string(i),
                    parts.layers[i].path);
    area.attach(parent.get(), instance_clone, parts.path);
    const FileDescriptor upper =
        open_again(parent.get(), "upper", parts.upper, parts.path + "/upper");
    const FileDescriptor work = open_again(parent.get(), "work", parts.work, parts.path + "/work");

    const std::string options = options_of(parts.layers.size(), upper.get(), work.get());
    if (::mkdir(overlay_place, 0700) != 0)
        throw SystemError("mkdir", "the staging area's overlay", errno);
    if (::mount(overlay_source(parts.instance).c_str(), overlay_place, "overlay",
                MS_NOSUID | MS_NODEV, options.c_str()) != 0)
        throw SystemError("mount", "overlay", errno);
    FileDescriptor mount(::open_tree(AT_FDCWD, overlay_place, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
    if (!mount)
        throw SystemError("open_tree", "overlay", errno);
    area.leave();
    return mount;
}

} // namespace left4me
