#include "generator/l4d2ctl/verbs/running_findings.hpp"

#include "generator/instance/server_command_line.hpp"
#include "generator/l4d2ctl/observe/generated_units.hpp"
#include "generator/l4d2ctl/observe/local_address.hpp"
#include "generator/l4d2ctl/observe/process.hpp"
#include "generator/l4d2ctl/observe/server_cgroups.hpp"
#include "generator/l4d2ctl/words/server_complaints.hpp"
#include "generator/units/unit_names.hpp"

#include <array>
#include <utility>

namespace left4me::ctl {

RunningFindings::RunningFindings(const HostTree& tree, const HostConfiguration& configuration)
    : m_configuration(configuration), m_overlays(configuration),
      m_there(files_by_instance(read_generated_units(tree).files)) {}

Findings RunningFindings::find(const Instance& instance, const std::vector<UnitFile>& files,
                               bool shares_port) const {
    Findings findings;
    const auto add = [&](FindingKind kind, unsigned line, Complaint complaint) {
        findings.push_back(
            {kind, warning_at(instance.source, line, std::move(complaint)), instance.name});
    };
    if (!can_listen_on(instance.address))
        add(FindingKind::port, instance.address_line, address_missing(instance.address));
    const bool is_up = m_overlays.ids().contains(instance.name);
    if (!is_up && !shares_port && m_ports.is_taken(instance.address, instance.port)) {
        const PortHolder holder = m_ports.holder_of(instance.address, instance.port);
        if (holder.unit == service_name(instance.name))
            add(FindingKind::layer, instance.layers_line, objection_to_lost_overlay(instance.name));
        else
            add(FindingKind::port, instance.port_line,
                port_taken(instance.name, instance.port, holder));
    }
    if (!is_up)
        return findings;
    const OverlayTrouble trouble = m_overlays.trouble_with(
        instance.name, m_configuration.runtime_directory(instance.name), &instance);
    if (!trouble.replaced_layers.empty())
        add(FindingKind::layer, instance.layers_line,
            layers_replaced(instance.name, trouble.replaced_layers));
    if (trouble.is_of_file && was_started_between(instance, files))
        add(FindingKind::file, 0, started_between(instance.name));
    return findings;
}

Complaint RunningFindings::objection_to_lost_overlay(const std::string& name) const {
    const auto directory = m_overlays.directory_of(name);
    return directory && *directory != m_configuration.runtime_directory(name)
               ? root_changed(name, *directory, m_configuration.root)
               : overlay_gone(name);
}

bool RunningFindings::was_started_between(const Instance& instance,
                                          const std::vector<UnitFile>& files) const {
    const auto there = m_there.find(instance.name);
    if (there == m_there.end() || !changes_command(compare_files(there->second, files)))
        return false;
    const auto pid = ServerCgroups().main_process_of(instance.name);
    if (!pid)
        return false;
    const auto arguments = arguments_of_processes(std::array{*pid});
    return arguments.front() &&
           game::match_command(*arguments.front(),
                               game::server_command_line(instance, m_configuration)) ==
               game::CommandMatch::differs;
}

} // namespace left4me::ctl
