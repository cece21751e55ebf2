#include "generator/l4d2ctl/verbs/stopped_servers.hpp"

#include "generator/instance/listen_address.hpp"
#include "generator/l4d2ctl/observe/local_address.hpp"
#include "generator/l4d2ctl/observe/mount_inspection.hpp"
#include "generator/l4d2ctl/observe/udp_ports.hpp"
#include "generator/l4d2ctl/words/server_complaints.hpp"
#include "generator/l4d2ctl/words/service_failure.hpp"
#include "generator/units/unit_names.hpp"

#include <algorithm>
#include <unistd.h>

namespace left4me::ctl {

namespace {

using Servers = std::vector<ListedServer*>;

bool is_down(const ListedServer& server) {
    const std::string& active = server.service.state.active;
    return active == "inactive" || active == "failed";
}

/// Whether it is not up although it is to be.
bool is_missed(const ListedServer& server) {
    const ServiceState& state = server.service.state;
    return state.active == "failed" || state.sub == "auto-restart" ||
           (state.active == "inactive" && server.overview.at_boot());
}

template <typename Condition>
std::vector<LoadedService*> services_of(const Servers& servers, const Condition& condition) {
    std::vector<LoadedService*> services;
    for (ListedServer* const server : servers)
        if (condition(*server))
            services.push_back(&server->service);
    return services;
}

void ask_systemd(const Servers& servers) {
    ask_stop_times(services_of(servers, [](const ListedServer& server) {
        return is_down(server) && server.overview.mounted.value_or(false);
    }));
    ask_start_limits(services_of(servers, [](const ListedServer& server) {
        return server.service.state.result == "start-limit-hit";
    }));
    ask_time_limits(services_of(servers, [](const ListedServer& server) {
        return server.service.state.result == "timeout";
    }));
    ask_why_down(services_of(servers, [](const ListedServer& server) {
        return server.service.state.active == "inactive" && is_missed(server);
    }));
}

/// Why the helper would refuse those now that it has refused.
void repeat_refusals(Servers servers, const HostTree& tree,
                     const HostConfiguration& configuration) {
    std::erase_if(servers, [](const ListedServer* server) {
        return !was_refused(server->service.state) || server->instance() == nullptr;
    });
    // Others do not see all that is looked at.
    if (servers.empty() || ::geteuid() != 0)
        return;
    MountInspection inspection(tree, configuration, true);
    for (ListedServer* const server : servers)
        server->overview.refusal = inspection.refusal_of(*server->instance());
}

/// What keeps the server of those that ended from being executed.
void look_at_programs(Servers servers, const HostTree& tree,
                      const HostConfiguration& configuration) {
    std::erase_if(servers, [](const ListedServer* server) {
        const ServiceState& state = server->service.state;
        return (state.active != "failed" && state.sub != "auto-restart") ||
               state.server.code == 0 || server->instance() == nullptr;
    });
    if (servers.empty())
        return;
    MountInspection inspection(tree, configuration, true);
    for (ListedServer* const server : servers) {
        const Findings refusals = inspection.refusals_of(*server->instance());
        // A system call that failed says nothing of the program, and nothing of what to do.
        const auto fault = std::ranges::find_if(refusals, [](const Finding& finding) {
            return finding.kind == FindingKind::server &&
                   !finding.diagnostic.complaint.remedy.empty();
        });
        if (fault != refusals.end())
            server->overview.server_fault = to_string(*fault);
    }
}

/// The server that has been told to take the port and runs.
const ListedServer* find_by_port(const Servers& servers, std::string_view address,
                                 std::uint16_t port) {
    const auto found = std::ranges::find_if(servers, [&](const ListedServer* server) {
        const ServerOverview& overview = server->overview;
        const auto& own = overview.running_address ? overview.running_address : overview.address;
        return server->service.state.active == "active" &&
               (overview.running_port ? overview.running_port : overview.port) == port &&
               addresses_meet(own.value_or(std::string(any_address)), address);
    });
    return found == servers.end() ? nullptr : *found;
}

void look_at_ports(const Servers& servers) {
    Servers missed = servers;
    std::erase_if(missed, [](const ListedServer* server) {
        return !is_missed(*server) || !server->overview.port;
    });
    if (missed.empty())
        return;
    const UdpPorts ports;
    for (ListedServer* const server : missed) {
        ServerOverview& overview = server->overview;
        const std::uint16_t port = overview.command_port.value_or(*overview.port);
        const std::string address = overview.address.value_or(std::string(any_address));
        if (!can_listen_on(address)) {
            overview.warning = to_string(address_missing(address));
            continue;
        }
        if (!ports.is_taken(address, port))
            continue;
        const ListedServer* const other = find_by_port(servers, address, port);
        overview.port_taken = to_string(
            port_taken(overview.name, port,
                       other == nullptr ? ports.holder_of(address, port)
                                        : PortHolder{.user = {},
                                                     .program = {},
                                                     .pid = 0,
                                                     .unit = service_name(other->overview.name)}));
    }
}

} // namespace

void look_at_stopped(const std::vector<ListedServer*>& servers, const HostTree& tree,
                     const HostConfiguration& configuration, const MountedOverlays& overlays) {
    for (ListedServer* const server : servers)
        if (is_down(*server) && server->overview.mounted.value_or(false))
            server->overview.mounted_at = overlays.mounted_at(server->overview.name);
    ask_systemd(servers);
    repeat_refusals(servers, tree, configuration);
    look_at_programs(servers, tree, configuration);
    look_at_ports(servers);
}

} // namespace left4me::ctl
