#include "helper/verbs/failure_advice.hpp"

#include <array>
#include <cerrno>

namespace left4me {

namespace {

struct Advice {
    /// "" is any.
    std::string_view call;
    std::string_view path;
    int error;
    std::string_view text;
};

constexpr std::string_view too_many_mounts =
    "this mount namespace has as many mounts as fs.mount-max allows: see what is mounted "
    "(findmnt), or raise it with sysctl";

constexpr std::string_view forbidden =
    "root may not do this here, as in a container, under a security module, or on a network file "
    "system that takes root for nobody: see the kernel log (dmesg)";

constexpr std::string_view wrong_way =
    "this kernel does not take that of an overlay: set Way=staged in left4me.conf, section [Mount]";

/// The first that fits counts.
constexpr auto advices = std::to_array<Advice>({
    // Creating the overlay, by fsconfig(2) or mount(2).
    {"", "overlay", ENODEV, "this kernel has no overlayfs: load it with modprobe overlay"},
    {"", "overlay", ELOOP,
     "two layers are the same directory or lie inside one another, or upper or work lies in a "
     "layer, by way of another mount: compare them with findmnt and stat"},
    {"", "overlay", EINVAL,
     "the kernel does not take one of the directories: upper needs a local file system with "
     "extended attributes, and overlays stack twice at most: the kernel log (dmesg) says which"},
    {"", "overlay", EBUSY,
     "upper or work is in use by another overlay: find it with findmnt -t overlay, and unmount it"},
    {"fsconfig", "overlay", ENOSPC,
     "upper's file system has no space or no inodes left: see df and df -i"},
    // Here it may be either.
    {"mount", "overlay", ENOSPC,
     "upper's file system has no space or no inodes left, or fs.mount-max is reached: see df, "
     "df -i and findmnt"},
    {"", "overlay", EOVERFLOW,
     "upper lies on a mount that has no id for root: mount its file system without an id map"},
    {"", "overlay", ESTALE,
     "upper was used with other layers and an index: begin with an empty upper"},
    {"fsconfig", "", EINVAL, wrong_way},
    {"fsconfig", "", EOPNOTSUPP, wrong_way},
    {"fsconfig", "", EBADF, wrong_way},

    // Mounts and clones.
    {"fsmount", "", ENOSPC, too_many_mounts},
    {"open_tree", "", ENOSPC, too_many_mounts},
    {"move_mount", "", ENOSPC, too_many_mounts},
    {"unshare", "", ENOSPC,
     "there are as many mount namespaces as user.max_mnt_namespaces allows: raise it with "
     "sysctl"},
    {"open_tree", "", EINVAL,
     "it lies on an unbindable mount, or one of another mount namespace: see findmnt -o "
     "TARGET,PROPAGATION"},
    {"move_mount", "", EINVAL,
     "the directory lies on a mount that takes no other, or that is not the host's: see "
     "findmnt -o TARGET,PROPAGATION"},
    {"move_mount", "", ELOOP, "something is being mounted there at this moment: try again"},
    {"move_mount", "", ENOENT, "the directory was removed at this moment: try again"},

    // The id map.
    {"clone3", "", ENOSPC,
     "there are as many user namespaces as user.max_user_namespaces allows, which is 0 where "
     "they are switched off: raise it with sysctl"},
    {"clone3", "", EUSERS, "user namespaces are nested too deep: run it on the host itself"},
    {"clone3", "", EPERM,
     "root's ids are not all there, as in a chroot or a container: run it on the host itself"},
    {"clone3", "", EAGAIN, "there are too many processes: see pids.max and kernel.pid_max"},
    {"write", "", EPERM,
     "not every id can be mapped, as in a container: run it on the host itself"},

    // Files and directories.
    {"", "", EROFS, "its file system is read-only: remount it with rw, after looking for why"},
    {"", "", ENOSPC, "its file system has no space or no inodes left: see df and df -i"},
    {"", "", EDQUOT, "the quota of whoever owns it is used up: see quota"},
    {"", "", EIO, "the disk or its file system fails: see the kernel log (dmesg)"},
    {"", "", EUCLEAN, "the file system is damaged: see the kernel log (dmesg), run fsck"},
    {"", "", ESTALE, "the file system's server has forgotten the file: mount it anew"},

    // Anywhere.
    {"", "", EMFILE, "too many files are open: raise LimitNOFILE= of whoever calls"},
    {"", "", ENFILE, "the machine has too many open files: raise fs.file-max with sysctl"},
    {"", "", ENOMEM, "the machine is short of memory: see free, and what the kernel log says"},
    {"", "", EPERM, forbidden},
    {"", "", EACCES, forbidden},
});

} // namespace

std::string_view failure_advice(std::string_view call, std::string_view path, int error) {
    for (const Advice& advice : advices)
        if (advice.error == error && (advice.call.empty() || advice.call == call) &&
            (advice.path.empty() || advice.path == path))
            return advice.text;
    return {};
}

} // namespace left4me
