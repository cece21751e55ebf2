#include "helper/verbs/usable_instance.hpp"

#include "generator/host/instance_files.hpp"
#include "generator/host/users.hpp"
#include "generator/overlay/mount_objections.hpp"
#include "generator/units/instance_units.hpp"
#include "helper/mount/overlay_by_descriptors.hpp"

#include <functional>
#include <utility>

namespace left4me {

Instance require_usable(InstanceReading reading, const HostConfiguration& configuration) {
    if (!reading.instance)
        throw Refusal(Refused::configuration, reading.diagnostics);
    if (const Diagnostics unnamable = check_unit_names(*reading.instance, configuration);
        has_errors(unnamable))
        throw Refusal(Refused::configuration, unnamable);
    if (const Diagnostics refused = check_layer_policy(*reading.instance, configuration);
        has_errors(refused))
        throw Refusal(Refused::policy, refused);
    return *std::move(reading.instance);
}

Instance read_instance(const std::string& name, const HostTree& tree,
                       const HostConfiguration& configuration, MessageLog& log) {
    auto reading =
        InstanceFiles(tree, configuration, configuration.instance_directories).read(name);
    if (!reading)
        throw no_such_instance(name, configuration);
    for (const Diagnostic& diagnostic : reading->diagnostics)
        if (diagnostic.severity == Severity::warning)
            log.write(Event::warning, to_string(diagnostic));
    return require_usable(*std::move(reading), configuration);
}

SurveyRules stop_at_first_refusal() {
    SurveyRules rules;
    rules.attempt = [](MountAspect, const std::string&, const std::function<void()>& look) {
        look();
    };
    rules.find_user = find_user;
    rules.is_left_alone = [](const std::string&) { return false; };
    return rules;
}

MountWay choose_way(const HostConfiguration& configuration, int directory) {
    if (configuration.mount_way)
        return *configuration.mount_way;
    return takes_descriptors(directory) ? MountWay::descriptors : MountWay::staged;
}

} // namespace left4me
