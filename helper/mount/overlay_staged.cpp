#include "helper/mount/overlay_staged.hpp"

#include "generator/host/system_error.hpp"
#include "generator/overlay/mount_plan.hpp"
#include "helper/mount/layer_clone.hpp"
#include "helper/mount/staging_area.hpp"

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

FileDescriptor build_staged(const MountPlan& plan, const InstanceDirectories& directories,
                            const std::vector<FileDescriptor>& clones) {
    // Where the directory was opened.
    const FileDescriptor parent = clone_mount(directories.parent.get(), plan.directory);

    StagingArea area;
    for (std::size_t i = 0; i < clones.size(); ++i)
        area.attach(clones[i].get(), std::to_string(i), plan.layers[i].path);
    area.attach(parent.get(), instance_clone, plan.directory);
    const FileDescriptor upper =
        open_in_clone(parent.get(), "upper", directories.upper.get(), plan.directory);
    const FileDescriptor work =
        open_in_clone(parent.get(), "work", directories.work.get(), plan.directory);

    const std::string options = options_of(clones.size(), upper.get(), work.get());
    checked(::mkdir(overlay_place, 0700), "mkdir", "the staging area's overlay");
    checked(::mount(overlay_source(plan.instance).c_str(), overlay_place, "overlay",
                    MS_NOSUID | MS_NODEV, options.c_str()),
            "mount", "overlay");
    FileDescriptor mount(
        checked(::open_tree(AT_FDCWD, overlay_place, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC),
                "open_tree", "overlay"));
    area.leave();
    return mount;
}

} // namespace left4me
