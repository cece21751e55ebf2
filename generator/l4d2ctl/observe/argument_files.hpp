#pragma once

#include "generator/instance/host_configuration.hpp"
#include "generator/instance/instance.hpp"

#include <string>

namespace left4me::ctl {

/// A file that somebody named to have it read as an instance.env.
struct ArgumentFile {
    /// The instance that it is taken for.
    std::string instance;
    InstanceReading reading;
};

/// Stands for standard input.
inline constexpr const char* standard_input = "-";

[[nodiscard]] bool file_exists(const std::string& path);

/// Reads it as the generator would if it were installed. A symlink is followed, unless its name is
/// instance.env: then it is judged as it lies there.
///
/// \param path  as it was named: relative to where the caller is
/// \throw Refusal when there is no such file or it cannot be read; SystemError
[[nodiscard]] ArgumentFile read_argument_file(const std::string& path,
                                              const HostConfiguration& configuration);

} // namespace left4me::ctl
