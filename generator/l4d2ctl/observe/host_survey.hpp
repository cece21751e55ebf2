#pragma once

#include "generator/generate.hpp"
#include "generator/host/host_configuration_files.hpp"
#include "generator/host/host_tree.hpp"
#include "generator/instance/host_configuration.hpp"
#include "generator/text/diagnostic.hpp"
#include "generator/units/instance_units.hpp"

#include <optional>
#include <string>
#include <vector>

namespace left4me::ctl {

/// An instance.env that root may read and whoever runs this may not.
struct HiddenInstance {
    std::string name;
    std::string source;
};

/// What could not be generated: the name of an instance, a path or a unit.
struct GenerationFailure {
    std::string what;
    std::string why;
};

[[nodiscard]] std::string to_string(const GenerationFailure& failure);

/// That, and what to do.
///
/// \param others  how many more files there are like this one
[[nodiscard]] std::string only_root_may_read(const std::string& path, std::size_t others = 0);

/// What the generator would come to if it ran now.
struct HostSurvey {
    /// Nothing when left4me.conf cannot be used, and then there is nothing else but diagnostics.
    std::optional<HostConfiguration> configuration;
    /// In the generator's order.
    std::vector<GeneratedInstance> instances;
    std::vector<HiddenInstance> hidden;
    /// Of no instance.
    std::vector<UnitFile> other_files;
    /// Of left4me.conf.
    Diagnostics diagnostics;
    /// Of the directories that instances are in.
    Diagnostics directory_diagnostics;
    std::vector<PortConflict> port_conflicts;
    std::vector<GenerationFailure> failures;
    /// Files of the configuration that only root may read.
    std::vector<std::string> hidden_configuration;
    /// Whether /run/left4me, which knows what is mounted and how, could be looked at.
    bool sees_records = true;

    /// \return nothing when the generator would make nothing of that name
    [[nodiscard]] const GeneratedInstance* find(std::string_view name) const;

    /// \return nothing when it could be generated, or does not exist
    [[nodiscard]] const GenerationFailure* find_failure(std::string_view name) const;

    /// \return nothing when its instance.env may be read, or does not exist
    [[nodiscard]] const HiddenInstance* find_hidden(std::string_view name) const;

    /// \return nothing when it has its port for itself
    [[nodiscard]] const PortConflict* find_port_conflict(std::string_view name) const;

    /// Why there is no such instance, in one line that begins with its name.
    ///
    /// \pre left4me.conf can be used
    [[nodiscard]] std::string why_unknown(const std::string& name) const;

    /// What whoever runs this does not know of the instances that are left out for MaxInstances=;
    /// empty when none are, or all is known.
    [[nodiscard]] std::vector<std::string> notes_on_refusals() const;

    /// Those, and before them what is not known of the configuration: a line for each directory.
    [[nodiscard]] std::vector<std::string> notes() const;
};

/// read_host_configuration() for whoever runs this.
///
/// \throw SystemError when the system is short of something
[[nodiscard]] HostConfigurationReading read_visible_configuration(const HostTree& tree);

/// \param host  what read_visible_configuration() read
/// \throw SystemError when the system is short of something
[[nodiscard]] HostSurvey survey_host(const HostTree& tree, HostConfigurationReading host);

/// \throw SystemError when the system is short of something
[[nodiscard]] HostSurvey survey_host(const HostTree& tree);

} // namespace left4me::ctl
