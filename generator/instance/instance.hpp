#pragma once

#include "generator/instance/health.hpp"
#include "generator/instance/host_configuration.hpp"
#include "generator/instance/listen_address.hpp"
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
    /// fingerprint() of the text in it.
    std::uint64_t fingerprint = 0;
    /// Absolute and normalised, topmost first. check_layer_policy() compares them with the allowed
    /// roots; until then they may lie anywhere.
    std::vector<std::string> layers;
    /// The line of L4D2_LOWERDIRS in `source`.
    unsigned layers_line = 0;
    std::uint16_t port = 0;
    /// The line of L4D2_PORT in `source`.
    unsigned port_line = 0;
    /// The IPv4 address that it listens on, in the only way to write it.
    std::string address = std::string(any_address);
    /// The line of L4D2_IP in `source`; 0 if it has none.
    unsigned address_line = 0;
    /// Passed to the server behind those that the product sets.
    std::vector<std::string> arguments;
    bool autostart = false;
    Health health = Health::watch;
};

/// What came of looking for an instance's instance.env and reading it.
struct InstanceReading {
    /// Nothing if the diagnostics hold an error.
    std::optional<Instance> instance;
    Diagnostics diagnostics;
    /// The path of the instance.env, readable or not; of the instance directory if that could not
    /// be opened.
    std::string source;
    /// The errno with which the instance.env could not be opened; otherwise 0.
    int open_error = 0;
};

/// Reads the instance `name` from the text of its instance.env. The text is hostile. Every value is
/// checked, unknown keys are named and dropped, and all problems are reported at once.
///
/// \param name           a valid instance name
/// \param source         the file's path, for diagnostics and units
/// \param text           its content, any bytes
/// \param configuration  relative layers are below its root
/// \return the instance and warnings, or no instance and at least one error
[[nodiscard]] InstanceReading read_instance(std::string_view name, std::string_view source,
                                            std::string_view text,
                                            const HostConfiguration& configuration);

/// Returns the conflicts that check_layers() finds among the layers of `instance`, as errors in
/// its source; none if they keep to the host's policy.
[[nodiscard]] Diagnostics check_layer_policy(const Instance& instance,
                                             const HostConfiguration& configuration);

} // namespace left4me
