#pragma once

#include "generator/instance/host_configuration.hpp"
#include "generator/text/diagnostic.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace left4me {

/// One game server, as its instance.env describes it.
struct Instance {
    std::string name;
    /// The instance.env it comes from.
    std::string source;
    /// Of the text in it.
    std::uint64_t fingerprint = 0;
    /// Absolute and normalised, topmost first. Not yet held against the allowed roots.
    std::vector<std::string> layers;
    /// Where L4D2_LOWERDIRS stands in `source`.
    unsigned layers_line = 0;
    std::uint16_t port = 0;
    /// Where L4D2_PORT stands in `source`.
    unsigned port_line = 0;
    /// Passed to the server behind those that the product sets.
    std::vector<std::string> arguments;
    bool autostart = false;
};

struct InstanceReading {
    /// Nothing when the diagnostics hold an error.
    std::optional<Instance> instance;
    Diagnostics diagnostics;
    /// The instance.env, readable or not.
    std::string source;
    /// The errno with which it could not be opened; 0 when it could.
    int open_error = 0;
};

/// Reads the instance `name` from the text of its instance.env. The text is hostile: every value is
/// checked, unknown keys are named and dropped, and all of its problems are reported at once.
///
/// \param name           a valid instance name
/// \param source         the file's path, for diagnostics and units
/// \param text           its content
/// \param configuration  relative layers are below its root
[[nodiscard]] InstanceReading read_instance(std::string_view name, std::string_view source,
                                            std::string_view text,
                                            const HostConfiguration& configuration);

/// Every way in which the layers of `instance` break the host's policy, as errors in its source:
/// outside the allowed directories, listed twice, or inside one another.
[[nodiscard]] Diagnostics check_layer_policy(const Instance& instance,
                                             const HostConfiguration& configuration);

} // namespace left4me
