#include "generator/l4d2ctl/verbs/running_servers.hpp"

#include "generator/host/local_time.hpp"
#include "generator/instance/server_command_line.hpp"
#include "generator/l4d2ctl/observe/mount_inspection.hpp"
#include "generator/l4d2ctl/observe/process.hpp"
#include "generator/l4d2ctl/units/change_meaning.hpp"
#include "generator/l4d2ctl/words/server_complaints.hpp"
#include "generator/overlay/free_space.hpp"

#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <utility>

namespace left4me::ctl {

namespace {

using Servers = std::vector<ListedServer*>;

constexpr std::uint64_t microseconds = 1'000'000;

std::uint64_t seconds_since(std::uint64_t time) {
    const std::uint64_t now = now_in_microseconds();
    return now < time ? 0 : (now - time) / microseconds;
}

void look_at_lives(const Servers& running, const HostConfiguration& configuration,
                   const MountedOverlays& overlays) {
    // Later it is old news.
    constexpr std::uint64_t one_day = 86'400;
    std::optional<MountedOverlays> later;
    for (ListedServer* const server : running) {
        const ServiceState& state = server->service.state;
        ServerOverview& overview = server->overview;
        if (state.restarts != 0 && seconds_since(state.since) < one_day)
            overview.restarted = to_string(
                restarted_by_systemd(overview.name, state.restarts, state.since / microseconds));
        if (overview.mounted.value_or(true))
            continue;
        // It may have come up since the mounts were read.
        if (!later)
            later.emplace(configuration);
        overview.mounted = later->ids().contains(overview.name);
        if (*overview.mounted)
            continue;
        const auto directory = overlays.directory_of(overview.name);
        if (directory && *directory != configuration.runtime_directory(overview.name)) {
            overview.root_changed =
                to_string(root_changed(overview.name, *directory, configuration.root));
        } else {
            overview.warning = to_string(overlay_gone(overview.name));
            overview.needs_restart.push_back(RestartReason::upper);
        }
    }
}

/// Only root sees something here.
void look_at_overlays(const Servers& running, const HostTree& tree,
                      const HostConfiguration& configuration, const MountedOverlays& overlays) {
    for (ListedServer* const server : running) {
        ServerOverview& overview = server->overview;
        if (const auto full = objection_to_full_upper(
                tree, configuration.runtime_directory(overview.name) + "/upper"))
            overview.warning = left4me::to_string(*full);
        const OverlayTrouble trouble = overlays.trouble_with(
            overview.name, configuration.runtime_directory(overview.name), server->instance());
        if (!trouble.with_upper.empty()) {
            overview.warning =
                fmt::format("{}: systemctl restart l4d2@{}", trouble.with_upper, overview.name);
            overview.needs_restart.push_back(RestartReason::upper);
        }
        if (trouble.has_other_layers || !trouble.replaced_layers.empty())
            overview.needs_restart.push_back(RestartReason::layers);
        if (!trouble.replaced_layers.empty())
            overview.layers_replaced =
                to_string(layers_replaced(overview.name, trouble.replaced_layers));
        server->is_mounted_by_file = trouble.is_of_file;
    }
}

/// By our own command line, as long as it is ours, and where that is not it, by systemd's.
void compare_arguments(const Servers& running, const HostConfiguration& configuration) {
    std::vector<std::uint64_t> pids;
    for (const ListedServer* const server : running)
        pids.push_back(server->service.main_pid);
    const auto arguments = arguments_of_processes(pids);
    std::vector<std::pair<ListedServer*, const std::vector<std::string>*>> suspects;
    std::vector<LoadedService*> services;
    for (std::size_t i = 0; i < running.size(); ++i) {
        ListedServer& server = *running[i];
        if (!arguments[i]) {
            server.overview.warning =
                "its process does not tell what it was started with: restart it if its "
                "instance.env has changed since";
            continue;
        }
        if (const auto port = game::port_among(*arguments[i]); port && port != server.overview.port)
            server.overview.running_port = port;
        if (auto address = game::address_among(*arguments[i]);
            address && address != server.overview.address)
            server.overview.running_address = std::move(address);
        const game::CommandMatch match = game::match_command(
            *arguments[i], game::server_command_line(*server.instance(), configuration));
        server.has_other_arguments = !server.commanded && match == game::CommandMatch::differs;
        if (!server.commanded && match == game::CommandMatch::same)
            continue;
        suspects.emplace_back(&server, &*arguments[i]);
        services.push_back(&server.service);
    }
    ask_next_commands(services);
    for (const auto& [server, started_with] : suspects)
        if (game::match_command(*started_with, server->service.next_command) ==
            game::CommandMatch::differs)
            server->overview.needs_restart.push_back(RestartReason::command_line);
}

/// A reload that is to come may change what only a start takes over.
void foresee_restarts(const Servers& running, const FilesByInstance& there) {
    for (ListedServer* const server : running) {
        if (!server->overview.needs_reload.value_or(false) || server->generated->files.empty())
            continue;
        const auto before = there.find(server->overview.name);
        InstanceChange change;
        change.name = server->overview.name;
        if (before != there.end()) {
            change.before = state_of(before->second);
            change.files = compare_files(before->second, server->generated->files);
        }
        change.after = UnitsState::usable;
        if (server->is_mounted_by_file && server->has_other_arguments &&
            changes_command(change.files))
            server->overview.started_between = to_string(started_between(server->overview.name));
        if (meaning_of(change, {ServerState::running}).restart)
            server->overview.needs_restart.push_back(RestartReason::reload);
    }
}

/// Who restarts a server because it needs it shall not lose it for that.
void foresee_refusals(Servers running, const HostTree& tree,
                      const HostConfiguration& configuration) {
    std::erase_if(
        running, [](const ListedServer* server) { return server->overview.needs_restart.empty(); });
    if (running.empty())
        return;
    MountInspection inspection(tree, configuration, true);
    for (ListedServer* const server : running)
        if (const std::string why = inspection.refusal_of(*server->instance()); !why.empty())
            server->overview.warning = fmt::format("a restart would be refused: {}", why);
}

} // namespace

void look_at_running(const std::vector<ListedServer*>& running, const HostTree& tree,
                     const HostConfiguration& configuration, const MountedOverlays& overlays,
                     const FilesByInstance& there) {
    look_at_lives(running, configuration, overlays);
    look_at_overlays(running, tree, configuration, overlays);
    Servers known = running;
    std::erase_if(known, [](const ListedServer* server) { return server->instance() == nullptr; });
    compare_arguments(known, configuration);
    foresee_restarts(known, there);
    foresee_refusals(known, tree, configuration);
}

} // namespace left4me::ctl
