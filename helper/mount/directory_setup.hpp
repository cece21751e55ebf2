#pragma once

#include "generator/host/file_descriptor.hpp"
#include "generator/instance/user_ids.hpp"
#include "generator/overlay/instance_directories.hpp"
#include "generator/overlay/scan_mark.hpp"

#include <string>

namespace left4me {

/// Creates what is missing of runtime/NAME/{upper,work}, one component at a time, and opens them.
/// It makes runtime, NAME and work root's, and upper the runtime user's; a work that belongs to the
/// runtime user is renamed. Only the runtime user's group can look into a new NAME.
///
/// \param root     the opened state root
/// \param path     of runtime/NAME, for errors
/// \param servers  their user
/// \return all three opened
/// \throw Refusal as inspect_instance_directories(); SystemError if a directory cannot be made,
///        given away or opened
[[nodiscard]] InstanceDirectories prepare_instance_directories(int root,
                                                               const std::string& instance,
                                                               const std::string& path,
                                                               const NamedUser& servers);

/// Opens the directory `merged`, or creates it as the runtime user's, to attach a mount to it.
///
/// \param path  of runtime/NAME, for errors
/// \pre nothing is mounted on it
/// \throw Refusal (policy) if it belongs to somebody else or is not a directory; SystemError if it
///        cannot be made, given away or opened
[[nodiscard]] FileDescriptor prepare_merged(const InstanceDirectories& directories,
                                            const std::string& path, UserIds runtime_user);

/// Marks an upper as looked through. Does nothing if the mark cannot be written, as on a file
/// system without such attributes: the directory is then looked through each time. Throws nothing.
///
/// \param mark  of an upper that is still open
void set_scan_mark(const ScanMark& mark);

} // namespace left4me
