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

/// An instance.env that root may read and the caller may not.
struct HiddenInstance {
    std::string name;
    /// The path of the instance.env.
    std::string source;
};

/// Something that could not be generated.
struct GenerationFailure {
    /// The name of an instance, a path or a unit.
    std::string what;
    std::string why;
};

/// `WHAT: WHY`.
[[nodiscard]] std::string to_string(const GenerationFailure& failure);

/// The message that only root may read a file, and what to do.
///
/// \param others  how many more files there are like this one
[[nodiscard]] std::string only_root_may_read(const std::string& path, std::size_t others = 0);

/// What the generator would make if it ran now, as far as the caller may read.
struct HostSurvey {
    /// Nullopt if left4me.conf cannot be used: then all below is empty except `diagnostics` and
    /// `hidden_configuration`.
    std::optional<HostConfiguration> configuration;
    /// In the generator's order.
    std::vector<GeneratedInstance> instances;
    std::vector<HiddenInstance> hidden;
    /// Files that belong to no instance.
    std::vector<UnitFile> other_files;
    /// What is wrong with left4me.conf.
    Diagnostics diagnostics;
    /// What is wrong with the directories that instances are in.
    Diagnostics directory_diagnostics;
    std::vector<PortConflict> port_conflicts;
    std::vector<GenerationFailure> failures;
    /// Paths of the configuration that only root may read.
    std::vector<std::string> hidden_configuration;
    /// Whether /run/left4me, which knows what is mounted and how, could be read.
    bool sees_records = true;

    // The four below return a pointer into this survey.

    /// \return nullptr if the generator would make nothing of that name
    [[nodiscard]] const GeneratedInstance* find(std::string_view name) const;

    /// \return nullptr if it could be generated, or does not exist
    [[nodiscard]] const GenerationFailure* find_failure(std::string_view name) const;

    /// \return nullptr if its instance.env may be read, or does not exist
    [[nodiscard]] const HiddenInstance* find_hidden(std::string_view name) const;

    /// \return nullptr if no other instance claims its port
    [[nodiscard]] const PortConflict* find_port_conflict(std::string_view name) const;

    /// Why there is no such instance, in one line that begins with its name.
    ///
    /// \pre `configuration` has a value
    [[nodiscard]] std::string why_unknown(const std::string& name) const;

    /// What the caller cannot know about the instances that are left out for MaxInstances=.
    ///
    /// \return one line; none if no instance is left out, or the caller sees the records
    [[nodiscard]] std::vector<std::string> notes_on_refusals() const;

    /// What the caller cannot know about the configuration, a line for each directory, and then
    /// notes_on_refusals().
    [[nodiscard]] std::vector<std::string> notes() const;
};

/// read_host_configuration() as the caller may: anybody except root passes over what is denied.
///
/// \throw SystemError if the system is short of something
[[nodiscard]] HostConfigurationReading read_visible_configuration(const HostTree& tree);

/// Runs the generator into memory. Nothing is written.
///
/// \param host  from read_visible_configuration()
/// \throw SystemError if the system is short of something
[[nodiscard]] HostSurvey survey_host(const HostTree& tree, HostConfigurationReading host);

/// The same with the configuration that the caller may read.
///
/// \throw SystemError if the system is short of something
[[nodiscard]] HostSurvey survey_host(const HostTree& tree);

} // namespace left4me::ctl
