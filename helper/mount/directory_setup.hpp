#pragma once

#include "generator/host/file_descriptor.hpp"
#include "generator/instance/user_ids.hpp"
#include "generator/overlay/instance_directories.hpp"
#include "generator/overlay/scan_mark.hpp"

#include <string>

namespace left4me {

/// Creates what is missing of runtime/NAME/{upper,work}, one component at a time, and opens them.
/// runtime, NAME and work are created as root's, upper as the runtime user's; a work of the runtime
/// user's is given another name. Only the runtime user's group can look into a NAME that is
/// created.
///
/// \param root  the opened state root
/// \param path  of runtime/NAME, for errors
/// \throw as inspect_instance_directories()
[[nodiscard]] InstanceDirectories prepare_instance_directories(int root,
                                                               const std::string& instance,
                                                               const std::string& path,
                                                               UserIds runtime_user);

/// Opens the directory `merged`, or creates it as the runtime user's, to attach a mount to it.
/// Nothing may be mounted on it yet.
///
/// \param path  of runtime/NAME, for errors
/// \throw Refusal when it belongs to somebody else or is not a directory, SystemError
[[nodiscard]] FileDescriptor prepare_merged(const InstanceDirectories& directories,
                                            const std::string& path, UserIds runtime_user);

/// Notes that upper has been looked through. Does nothing where that cannot be written, as on a
/// file system without such attributes: the directory is then looked through each time.
void set_scan_mark(const ScanMark& mark);

} // namespace left4me
