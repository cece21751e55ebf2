#include "helper/mount/overlay_staged.hpp"

#include "generator/host/system_error.hpp"
#include "generator/overlay/mount_plan.hpp"
#include "generator/overlay/overlay_options.hpp"
#include "generator/units/run_paths.hpp"
#include "helper/mount/layer_clone.hpp"

#include <cstddef>
#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace left4me {

namespace {

/// Where the tmpfs is attached until it is the root: a directory that is certainly there, since the
/// instance's lock is in it.
constexpr const char* first_place = state_path;

FileDescriptor make_tmpfs() {
    const FileDescriptor context(checked(::fsopen("tmpfs", FSOPEN_CLOEXEC), "fsopen", "tmpfs"));
    checked(::fsconfig(context.get(), FSCONFIG_SET_STRING, "mode", "0700", 0), "fsconfig", "tmpfs");
    checked(::fsconfig(context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0), "fsconfig",
            "tmpfs");
    FileDescriptor mount(
        checked(::fsmount(context.get(), FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID), "fsmount", "tmpfs"));
    return mount;
}

FileDescriptor clone_proc() {
    return FileDescriptor(checked(
        ::open_tree(AT_FDCWD, "/proc", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC), "open_tree", "/proc"));
}

/// Makes `mount`, attached, the root of this namespace and lets go of everything else.
void become_root(int mount) {
    checked(::fchdir(mount), "fchdir", "the staging area");
    // The old root comes to lie on the new one (pivot_root(2), "pivot_root(".", ".")").
    checked(::syscall(SYS_pivot_root, ".", "."), "pivot_root", "the staging area");
    checked(::umount2(".", MNT_DETACH), "umount2", "the staging area's old root");
}

/// A mount namespace of this process's own that holds a tmpfs, /proc and what is put there, and
/// nothing else: no copy of another instance's overlay is kept alive by it. It ends with this
/// object, or with the process.
///
/// The root directory and the working directory are the tmpfs's while it exists, and the
/// descriptors opened before belong to mounts that the calls of the new namespace do not take.
class StagingArea {
  public:
    /// Enters the namespace.
    ///
    /// \throw SystemError
    StagingArea();

    /// Goes back if leave() has not.
    ~StagingArea();

    StagingArea(const StagingArea&) = delete;
    StagingArea& operator=(const StagingArea&) = delete;
    StagingArea(StagingArea&&) = delete;
    StagingArea& operator=(StagingArea&&) = delete;

    /// Makes the directory `name` and attaches a detached mount to it.
    ///
    /// \param path  what the mount is a clone of, for errors
    /// \throw SystemError
    void attach(int mount, const std::string& name, const std::string& path) const;

    /// Goes back to the namespace it came from.
    ///
    /// \throw SystemError
    void leave();

  private:
    FileDescriptor m_home;
    /// The tmpfs.
    FileDescriptor m_root;
};

StagingArea::StagingArea() {
    constexpr const char* own_namespace = "/proc/self/ns/mnt";
    FileDescriptor home(
        checked(::open(own_namespace, O_RDONLY | O_CLOEXEC), "open", own_namespace));
    checked(::unshare(CLONE_NEWNS), "unshare", "");
    m_home = std::move(home);

    try {
        // Before anything else: what is attached here must not show in the host's namespace.
        checked(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), "mount", "/");
        const FileDescriptor proc = clone_proc();
        m_root = make_tmpfs();
        checked(::move_mount(m_root.get(), "", AT_FDCWD, first_place, MOVE_MOUNT_F_EMPTY_PATH),
                "move_mount", first_place);
        become_root(m_root.get());
        attach(proc.get(), "proc", "/proc");
    } catch (...) {
        ::setns(m_home.get(), CLONE_NEWNS);
        throw;
    }
}

StagingArea::~StagingArea() {
    if (m_home)
        ::setns(m_home.get(), CLONE_NEWNS);
}

void StagingArea::attach(int mount, const std::string& name, const std::string& path) const {
    checked(::mkdirat(m_root.get(), name.c_str(), 0700), "mkdir", "the staging area's " + name);
    checked(::move_mount(mount, "", m_root.get(), name.c_str(), MOVE_MOUNT_F_EMPTY_PATH),
            "move_mount", path);
}

void StagingArea::leave() {
    checked(::setns(m_home.get(), CLONE_NEWNS), "setns", "the host's mount namespace");
    m_home.reset();
    m_root.reset();
}

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
