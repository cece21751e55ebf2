#pragma once

#include "generator/host/file_descriptor.hpp"
#include "generator/host/host_tree.hpp"
#include "generator/overlay/mount_plan.hpp"
#include "generator/overlay/ownership_advice.hpp"

#include <string>

namespace left4me {

/// ROOT/runtime/NAME and what the overlay needs in it, opened with O_PATH; each is empty if it does
/// not exist. It owns the descriptors and cannot be copied.
struct InstanceDirectories {
    /// ROOT/runtime/NAME itself.
    FileDescriptor parent;
    FileDescriptor upper;
    FileDescriptor work;
};

/// Opens ROOT/runtime/NAME, whoever owns it.
///
/// \param root      the opened state root
/// \param instance  a valid instance name
/// \param path      of ROOT/runtime/NAME, for errors
/// \return an empty descriptor if it does not exist, with errno set
/// \throw Refusal if it is a symlink or not a directory, or lies behind one; SystemError (openat2)
[[nodiscard]] FileDescriptor open_instance_directory(int root, const std::string& instance,
                                                     const std::string& path);

/// Opens a runtime/NAME that a record names, whatever left4me.conf says now.
///
/// \param path  absolute, in `tree`
/// \return an empty descriptor if it does not exist, with errno set
/// \throw as open_instance_directory()
[[nodiscard]] FileDescriptor open_recorded_directory(const HostTree& tree, const std::string& path);

/// Returns which directory it is.
///
/// \param directory  opened, O_PATH will do
/// \param path       of it, for errors
/// \throw SystemError (fstat)
[[nodiscard]] DirectoryIdentity identify_directory(int directory, const std::string& path);

/// Opens a directory that has to be root's. Its owner could put other directories in the place of
/// upper, work and merged. From a mount namespace of its own it could even while merged is a mount
/// point.
///
/// \param parent  the opened directory that `name` is in
/// \param path    of it, for errors
/// \return an empty descriptor if it does not exist, with errno set
/// \throw Refusal if it belongs to anybody except root, or is not a directory; SystemError
///        (openat2, fstat)
[[nodiscard]] FileDescriptor open_root_owned(int parent, const std::string& name,
                                             const std::string& path);

/// Opens a directory that has to be the servers' user's, or root's. Root owns one that was made a
/// moment ago, or by systemd, which makes the mount point of every mount unit that it starts.
///
/// \param parent  the opened directory that `name` is in
/// \param path    of it, for errors
/// \return an empty descriptor if it does not exist, with errno set
/// \throw Refusal if it belongs to anybody else, or is not a directory; SystemError (openat2,
///        fstat)
FileDescriptor open_servers_own(int parent, const std::string& name, UserIds servers,
                                const std::string& path);

/// Opens what is there of runtime/NAME and its upper and work, and refuses what could not be
/// mounted.
///
/// \param root     the opened state root
/// \param path     of ROOT/runtime/NAME, for errors
/// \param servers  their user
/// \throw Refusal as open_root_owned() for runtime and NAME
/// \throw Refusal (policy) if upper, work or merged belongs to anybody but root and the servers
/// (all
///        of them are named), or is not a directory, or the servers cannot enter NAME
/// \throw Refusal if upper and work are on different mounts, or upper is on an overlay, or the file
///        system that upper is on or would be made on is read-only
/// \throw SystemError (openat2, fstat, fstatfs, fstatvfs, statx)
[[nodiscard]] InstanceDirectories inspect_instance_directories(int root,
                                                               const std::string& instance,
                                                               const std::string& path,
                                                               const NamedUser& servers);

} // namespace left4me
