#pragma once

#include "generator/host/host_tree.hpp"
#include "generator/instance/host_configuration.hpp"
#include "generator/instance/instance.hpp"
#include "generator/instance/port_conflicts.hpp"
#include "generator/units/instance_units.hpp"
#include "generator/units/run_paths.hpp"

#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace left4me {

/// What the generator makes of one instance.
struct GeneratedInstance {
    enum class Kind {
        usable,
        /// Its instance.env cannot be used: it gets what it takes to stop it.
        unusable,
        /// It has no instance.env that could be found, and is still mounted: likewise.
        retired,
        /// There are MaxInstances= others: it gets nothing, or while it is still mounted likewise.
        refused,
    };

    Kind kind = Kind::usable;
    std::string name;
    /// Empty for a retired one. A refused one has no instance here, and the first diagnostic says
    /// that it is refused.
    InstanceReading reading;
    std::vector<UnitFile> files;
};

/// Takes what the generator comes to, piece by piece. What take() throws for an instance or for
/// files is reported to fail(), and the others go on. What it throws for diagnostics or conflicts
/// ends generate().
class GenerationReceiver {
  public:
    GenerationReceiver() = default;
    GenerationReceiver(const GenerationReceiver&) = delete;
    GenerationReceiver& operator=(const GenerationReceiver&) = delete;
    GenerationReceiver(GenerationReceiver&&) = delete;
    GenerationReceiver& operator=(GenerationReceiver&&) = delete;
    virtual ~GenerationReceiver() = default;

    /// Takes an instance, whose diagnostics are in its reading.
    virtual void take(GeneratedInstance instance) = 0;

    /// Takes files that belong to no instance; may be empty.
    virtual void take(const std::vector<UnitFile>& files) = 0;

    /// Takes what is wrong with the directories that instances are in; may be empty.
    virtual void take(const Diagnostics& diagnostics) = 0;

    /// Takes the ports that more than one instance claims; may be empty.
    virtual void take(const std::vector<PortConflict>& conflicts) = 0;

    /// Takes the news that something could not be generated.
    ///
    /// \param what  an instance, a path or a unit, in words
    virtual void fail(std::string_view what, const std::exception& error) = 0;
};

/// Checks the layers and the unit names of a reading's instance: adds to its diagnostics, and takes
/// the instance away if they hold an error. A reading without an instance stays as it is.
void check_instance(InstanceReading& reading, const HostConfiguration& configuration);

/// Makes the units of every instance of `tree` and hands them to `receiver`. A valid one gets all
/// that it takes to run it. One whose instance.env cannot be used, or is gone while it is still
/// mounted, gets what it takes to stop it.
///
/// No instance disturbs another. Only MaxInstances= of those that have an instance.env are made:
/// the mounted ones first, then in the order of the instance directories and of their names.
///
/// \throw SystemError if the system is short of something (is_shortage()) while the instance
///        directories are opened; what `receiver` throws for diagnostics or conflicts
void generate(const HostTree& tree, const HostConfiguration& configuration,
              GenerationReceiver& receiver);

} // namespace left4me
