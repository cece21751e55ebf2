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
        /// Its instance.env is gone while it is still mounted: likewise.
        retired,
        /// There are MaxInstances= others: it gets nothing, or while it is still mounted likewise.
        refused,
    };

    Kind kind = Kind::usable;
    std::string name;
    /// Empty for a retired one; of a refused one, the first diagnostic says so.
    InstanceReading reading;
    std::vector<UnitFile> files;
};

/// Takes what the generator comes to, piece by piece. What is thrown while an instance's is taken
/// is reported as that instance's failure, and the others go on.
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

    /// Takes files of no instance.
    virtual void take(const std::vector<UnitFile>& files) = 0;

    /// Takes what is wrong with the directories that instances are in.
    virtual void take(const Diagnostics& diagnostics) = 0;

    /// Takes the ports that more than one instance claims.
    virtual void take(const std::vector<PortConflict>& conflicts) = 0;

    /// Takes the news that something could not be generated.
    ///
    /// \param what  an instance, a path or a unit
    virtual void fail(std::string_view what, const std::exception& error) = 0;
};

/// Holds a reading against all that the generator can know about it: adds to its diagnostics, and
/// takes the instance away when there are errors.
void check_instance(InstanceReading& reading, const HostConfiguration& configuration);

/// Makes the units of every instance of `tree`: all it takes to run a valid one; for one whose
/// instance.env cannot be used, or is gone while it is still mounted, what it takes to stop it. No
/// instance disturbs another. Only MaxInstances= of those that have an instance.env are made: the
/// mounted ones first, then in the order of the instance directories and of their names.
void generate(const HostTree& tree, const HostConfiguration& configuration,
              GenerationReceiver& receiver);

} // namespace left4me
