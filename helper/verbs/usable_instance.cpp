#include "helper/verbs/usable_instance.hpp"

#include "generator/host/instance_files.hpp"
#include "generator/host/read_file.hpp"
#include "generator/host/users.hpp"
#include "generator/overlay/mount_objections.hpp"
#include "generator/text/printable.hpp"
#include "generator/units/instance_units.hpp"
#include "generator/units/run_paths.hpp"
#include "generator/units/unit_text.hpp"
#include "helper/mount/overlay_by_descriptors.hpp"

#include <cstddef>
#include <fmt/format.h>
#include <functional>
#include <utility>

namespace left4me {

namespace {

/// That of the largest instance.env, with every layer made absolute.
constexpr std::size_t largest_drop_in = std::size_t{1024} * 1024;

} // namespace

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

void warn_of_unread_file(const HostTree& tree, const Instance& instance,
                         const HostConfiguration& configuration, MessageLog& log) {
    const FileDescriptor fd = tree.open_without_symlinks(
        fmt::format("{}/{}", generator_directory, service_drop_in(instance.name)), read_file_flags);
    if (!fd)
        return;
    const FileReading drop_in = read_regular_file(fd.get(), largest_drop_in);
    if (drop_in.status == ReadStatus::done && is_generated(drop_in.text) &&
        starts_otherwise(drop_in.text, render_instance(instance, configuration)))
        log.write(Event::warning,
                  fmt::format("systemd has not read {} since it changed, so the layers are those "
                              "of the file, and the port and arguments the old ones: run systemctl "
                              "daemon-reload, and then systemctl restart l4d2@{}",
                              one_line(instance.source), instance.name));
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
