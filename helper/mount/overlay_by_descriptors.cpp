#include "helper/mount/overlay_by_descriptors.hpp"

#include "generator/host/system_error.hpp"
#include "generator/overlay/mount_plan.hpp"
#include "generator/overlay/overlay_options.hpp"
#include "helper/mount/layer_clone.hpp"

#include <cerrno>
#include <fmt/format.h>
#include <sys/mount.h>
#include <tuple>

namespace left4me {

namespace {

FileDescriptor open_context() {
    return FileDescriptor(checked(::fsopen("overlay", FSOPEN_CLOEXEC), "fsopen", "overlay"));
}

void set(int context, const char* key, const char* value) {
    checked(::fsconfig(context, FSCONFIG_SET_STRING, key, value, 0), "fsconfig",
            fmt::format("{}={}", key, value));
}

void set(int context, const char* key, int directory, const std::string& path) {
    checked(::fsconfig(context, FSCONFIG_SET_FD, key, nullptr, directory), "fsconfig",
            fmt::format("{}={}", key, path));
}

} // namespace

bool takes_descriptors(int directory) {
    const FileDescriptor context = open_context();
    // An unknown parameter, one that takes no descriptor, or none of this kind: 6.1 says the first,
    // 6.12 the second, 6.13 the third.
    return checked(::fsconfig(context.get(), FSCONFIG_SET_FD, "lowerdir+", nullptr, directory),
                   "fsconfig", "lowerdir+", {EINVAL, EOPNOTSUPP, EBADF}) == 0;
}

FileDescriptor build_by_descriptors(const MountPlan& plan, const InstanceDirectories& directories,
                                    const std::vector<FileDescriptor>& clones) {
    const FileDescriptor context = open_context();
    set(context.get(), "source", overlay_source(plan.instance).c_str());
    for (const auto& [key, value] : overlay_options)
        set(context.get(), key, value);
    for (std::size_t i = 0; i < clones.size(); ++i)
        set(context.get(), "lowerdir+", clones[i].get(), plan.layers[i].path);
    // The mount table then names them without the path of runtime/NAME: systemd reads it some forty
    // times for a start.
    const FileDescriptor parent = clone_mount(directories.parent.get(), plan.directory);
    for (const auto& [key, name, opened] :
         {std::tuple{"upperdir", "upper", directories.upper.get()},
          std::tuple{"workdir", "work", directories.work.get()}})
        set(context.get(), key, open_in_clone(parent.get(), name, opened, plan.directory).get(),
            fmt::format("{}/{}", plan.directory, name));

    checked(::fsconfig(context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0), "fsconfig",
            "overlay");
    return FileDescriptor(
        checked(::fsmount(context.get(), FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV),
                "fsmount", "overlay"));
}

} // namespace left4me
