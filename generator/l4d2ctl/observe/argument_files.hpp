#pragma once

#include "generator/instance/host_configuration.hpp"
#include "generator/instance/instance.hpp"

#include <string>

namespace left4me::ctl {

/// A file that somebody named to have it read as an instance.env.
struct ArgumentFile {
    /// The instance that it is taken for, as instance_of_file() tells.
    std::string instance;
    InstanceReading reading;
};

/// The argument that means standard input.
inline constexpr const char* standard_input = "-";

/// Whether there is anything at that path, also a dangling symlink; false if it may not be seen.
[[nodiscard]] bool file_exists(const std::string& path);

/// Reads a file as the generator would if it were installed. Root follows no symlink on the way to
/// it, others follow all except one that is called instance.env itself.
///
/// \param path  as it was named, relative to the working directory, or `standard_input`
/// \return with a diagnostic and no instance if the file cannot be opened for another reason
/// \throw Refusal (no_such_instance) if it does not exist or the caller may not open it
/// \throw SystemError if the system is short of something, or the working directory is gone
[[nodiscard]] ArgumentFile read_argument_file(const std::string& path,
                                              const HostConfiguration& configuration);

} // namespace left4me::ctl
