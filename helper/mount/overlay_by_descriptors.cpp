#include "helper/mount/overlay_by_descriptors.hpp"

#include "generator/host/system_error.hpp"
#include "generator/overlay/mount_plan.hpp"
#include "helper/mount/layer_clone.hpp"

#include <cerrno>
#include <fmt/format.h>
#include <sys/mount.h>
#include <tuple>

namespace left4me {

namespace {

FileDescriptor open_context() {
    FileDescriptor context(::fsopen("overlay", FSOPEN_CLOEXEC));
    if (!context)
        throw SystemError("fsopen", "overlay", errno);
    return context;
}

void set(int context, const char* key, const char* value) {
    if (::fsconfig(context, FSCONFIG_SET_STRING, key, value, 0) != 0)
        throw SystemError("fsconfig", fmt::format("{}={}", key, value), errno);
}

void set(int context, const char* key, int directory, const std::string& path) {
    if (::fsconfig(context, FSCONFIG_SET_FD, key, nullptr, directory) != 0)
        throw SystemError("fsconfig", fmt::format("{}={}", key, path), errno);
}

} // namespace

bool takes_descriptors(int directory) {
    const FileDescriptor context = open_context();
    if (::fsconfig(context.get(), FSCONFIG_SET_FD, "lowerdir+", nullptr, directory) == 0)
        return true;
    // An unknown parameter, one that takes no descriptor, or none of this kind: 6.1 says the first,
    // 6.12 the second, 6.13 the third.
    if (errno == EINVAL || errno == EOPNOTSUPP || errno == EBADF)
        return false;
    throw SystemError("fsconfig", "lowerdir+", errno);
}

FileDescriptor build_by_descriptors(const OverlayParts& parts) {
    const FileDescriptor context = open_context();
    set(context.get(), "source", overlay_source(parts.instance).c_str());
    for (const auto& [key, value] : overlay_options)
        set(context.get(), key, value);
    for (const OverlayLayer& layer : parts.layers)
        set(context.get(), "lowerdir+", layer.clone, layer.path);
    // The mount table then names them without the path of runtime/NAME: systemd reads it some forty
    // times for a start.
    const FileDescriptor parent = clone_mount(parts.parent, parts.path);
    for (const auto& [key, name, opened] :
         {std::tuple{"upperdir", "upper", parts.upper}, std::tuple{"workdir", "work", parts.work}})
        set(context.get(), key, open_in_clone(parent.get(), name, opened, parts.path).get(),
            fmt::format("{}/{}", parts.path, name));

    if (::fsconfig(context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0)
        throw SystemError("fsconfig", "overlay", errno);
    FileDescriptor mount(
        ::fsmount(context.get(), FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV));
    if (!mount)
        throw SystemError("fsmount", "overlay", errno);
    return mount;
}

} // namespace left4me
