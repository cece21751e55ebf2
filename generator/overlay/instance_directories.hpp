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
/// \return an empty descriptor when it does not exist
/// \throw Refusal at a symlink, SystemError
[[nodiscard]] FileDescriptor open_instance_directory(int root, const std::string& instance,
                                                     const std::string& path);

/// Opens a runtime/NAME that a record names, whatever left4me.conf says now.
///
/// \return an empty descriptor when it does not exist
/// \throw Refusal at a symlink, SystemError
[[nodiscard]] FileDescriptor open_recorded_directory(const HostTree& tree, const std::string& path);

/// Which directory it is.
///
/// \param path  of it, for errors
/// \throw SystemError
[[nodiscard]] DirectoryIdentity identify_directory(int directory, const std::string& path);

/// Opens upper and work and creates what is missing of runtime/NAME/{upper,work}, one component at
/// a time. runtime, NAME and work are created as root's and have to be, upper as the runtime
/// user's; a work of the runtime user's is given another name. Only the runtime user's group can
/// look into a NAME that is created.
///
/// \param path  of runtime/NAME, for errors
/// \throw Refusal when one of them belongs to somebody else or is not a directory, when upper
///        and work are on different mounts, when upper is on an overlay, or its file system is
///        read-only; SystemError
[[nodiscard]] InstanceDirectories prepare_instance_directories(int root,
                                                               const std::string& instance,
                                                               const std::string& path,
                                                               UserIds runtime_user);

/// What prepare_instance_directories() and prepare_merged() would refuse; makes and changes
/// nothing.
///
/// \param path  of runtime/NAME, for errors
/// \return what is there, the others empty
/// \throw Refusal, SystemError
[[nodiscard]] InstanceDirectories inspect_instance_directories(int root,
                                                               const std::string& instance,
                                                               const std::string& path,
                                                               UserIds runtime_user);

/// Opens the directory `merged`, or creates it as the runtime user's, to attach a mount to it.
/// Nothing may be mounted on it yet.
///
/// \throw Refusal when it belongs to somebody else or is no directory, SystemError
[[nodiscard]] FileDescriptor prepare_merged(const InstanceDirectories& directories,
                                            const std::string& path, UserIds runtime_user);

} // namespace left4me
