#pragma once

#include "generator/host/file_descriptor.hpp"
#include "generator/host/host_tree.hpp"
#include "generator/overlay/mount_plan.hpp"

#include <string>

namespace left4me {

/// ROOT/runtime/NAME and what the overlay needs in it, opened.
struct InstanceDirectories {
    /// ROOT/runtime/NAME itself.
    FileDescriptor parent;
    FileDescriptor upper;
    FileDescriptor work;
};

/// Opens ROOT/runtime/NAME.
///
/// \param root  the opened state root
/// \param path  of ROOT/runtime/NAME, for errors
/// \return an empty descriptor when it does not exist, with errno set
/// \throw Refusal at a symlink, SystemError
[[nodiscard]] FileDescriptor open_instance_directory(int root, const std::string& instance,
                                                     const std::string& path);

/// Opens a runtime/NAME that a record names, whatever left4me.conf says now.
///
/// \return an empty descriptor when it does not exist, with errno set
/// \throw Refusal at a symlink, SystemError
[[nodiscard]] FileDescriptor open_recorded_directory(const HostTree& tree, const std::string& path);

/// Which directory it is.
///
/// \param path  of it, for errors
/// \throw SystemError
[[nodiscard]] DirectoryIdentity identify_directory(int directory, const std::string& path);

/// Opens a directory that whoever owns could put other directories in the place of upper, work and
/// merged: from a mount namespace of its own, even while merged is a mount point.
///
/// \param path  of it, for errors
/// \return an empty descriptor when it does not exist, with errno set
/// \throw Refusal when it belongs to anybody but root, or is not a directory; SystemError
[[nodiscard]] FileDescriptor open_root_owned(int parent, const std::string& name,
                                             const std::string& path);

/// Opens a directory that belongs to the servers' user, or to root: one made a moment ago, or by
/// systemd, which makes the mount point of every mount unit that it starts.
///
/// \param path  of it, for errors
/// \return an empty descriptor when it does not exist, with errno set
/// \throw Refusal when it belongs to anybody else, or is not a directory; SystemError
FileDescriptor open_servers_own(int parent, const std::string& name, UserIds servers,
                                const std::string& path);

/// Opens what is there of runtime/NAME/{upper,work}, and refuses what could not be mounted.
///
/// \param path  of runtime/NAME, for errors
/// \return the others empty
/// \throw Refusal when runtime or NAME is not root's, when upper, work or merged belongs to
/// somebody
///        else or is not a directory, when upper and work are on different mounts, when upper is on
///        an overlay, or its file system is read-only; SystemError
[[nodiscard]] InstanceDirectories inspect_instance_directories(int root,
                                                               const std::string& instance,
                                                               const std::string& path,
                                                               UserIds runtime_user);

} // namespace left4me
