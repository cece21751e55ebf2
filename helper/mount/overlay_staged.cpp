#include "helper/mount/overlay_staged.hpp"

#include "generator/host/system_error.hpp"
#include "generator/overlay/mount_plan.hpp"
#include "helper/mount/layer_clone.hpp"
#include "helper/mount/staging_area.hpp"

#include <cerrno>
#include <cstddef>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mount.h>
#include <sys/stat.h>

namespace left4me {

namespace {

constexpr const char* instance_clone = "instance";
constexpr const char* overlay_place = "overlay";

std::string options_of(std::size_t layers, int upper, int work) {
    std::string options = "lowerdir=0";
    for (std::size_t i = 1; i < layers; ++i)
        options += fmt::format(":{}", i);
    for (const auto& [key, value] : overlay_options)
        options += fmt::format(",{}={}", key, value);
    return options + fmt::format(",upperdir=proc/self/fd/{},workdir=proc/self/fd/{}", upper, work);
}

} // namespace

FileDescriptor build_staged(const OverlayParts& parts) {
    // Where the directory was opened.
    const FileDescriptor parent = clone_mount(parts.parent, parts.path);

    StagingArea area;
    for (std::size_t i = 0; i < parts.layers.size(); ++i)
        area.attach(parts.layers[i].clone, std::to_string(i), parts.layers[i].path);
    area.attach(parent.get(), instance_clone, parts.path);
    const FileDescriptor upper = open_in_clone(parent.get(), "upper", parts.upper, parts.path);
    const FileDescriptor work = open_in_clone(parent.get(), "work", parts.work, parts.path);

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
