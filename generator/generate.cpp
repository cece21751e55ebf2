#include "generate.hpp"

#include "host/host_configuration_files.hpp"
#include "host/instance_files.hpp"
#include "host/system_error.hpp"
#include "units/instance_units.hpp"

namespace left4me {

namespace {

void append(Diagnostics& diagnostics, const Diagnostics& more) {
    diagnostics.insert(diagnostics.end(), more.begin(), more.end());
}

/// The instance, held against all that the generator can know about it.
std::optional<InstanceReading> read_and_check(const HostTree& tree,
                                              const HostConfiguration& configuration,
                                              const std::string& name) {
    std::optional<InstanceReading> reading = find_instance(tree, configuration, name);
    if (reading && reading->instance) {
        append(reading->diagnostics, check_layer_policy(*reading->instance, configuration));
        append(reading->diagnostics, check_unit_names(*reading->instance, configuration));
        if (has_errors(reading->diagnostics))
            reading->instance.reset();
    }
    return reading;
}

bool write_units(const Instance& instance, const HostConfiguration& configuration,
                 const OutputDirectory& output, const GeneratorLog& log) {
    try {
        for (const UnitFile& file : render_instance(instance, configuration))
            output.write(file);
        return true;
    } catch (const SystemError& error) {
        log.write(Severity::error, instance.name + ": " + error.what());
        return false;
    }
}

} // namespace

bool generate(const HostTree& tree, const OutputDirectory& output, const GeneratorLog& log) {
    const HostConfigurationReading host = read_host_configuration(tree);
    log.write(host.diagnostics);
    if (!host.configuration)
        return false;

    const InstanceListing listing = list_instances(tree, *host.configuration);
    log.write(listing.diagnostics);

    bool complete = true;
    for (const std::string& name : listing.names) {
        const auto reading = read_and_check(tree, *host.configuration, name);
        if (!reading)
            continue;
        log.write(reading->diagnostics);
        if (reading->instance)
            complete &= write_units(*reading->instance, *host.configuration, output, log);
    }
    return complete;
}

} // namespace left4me
