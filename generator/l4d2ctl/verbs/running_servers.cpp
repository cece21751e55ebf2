#include "generator/l4d2ctl/verbs/running_servers.hpp"

#include "generator/l4d2ctl/observe/in_halves.hpp"
#include "generator/l4d2ctl/observe/mount_inspection.hpp"
#include "generator/l4d2ctl/observe/running_arguments.hpp"
#include "generator/l4d2ctl/observe/server_cgroups.hpp"
#include "generator/l4d2ctl/units/change_meaning.hpp"

#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <map>
#include <span>
#include <string>

namespace left4me::ctl {

namespace {

void measure_memory(const std::vector<ListedServer*>& running) {
    const ServerCgroups cgroups;
    if (!cgroups.count_memory())
        return;
    for_each_in_halves(std::span(running), [&](ListedServer* server) {
        server->overview.memory = cgroups.memory_of(server->overview.name);
    });
    std::vector<ListedServer*> elsewhere = running;
    std::erase_if(elsewhere,
                  [](const ListedServer* server) { return server->overview.memory.has_value(); });
    std::vector<std::string> paths;
    paths.reserve(elsewhere.size());
    for (const ListedServer* server : elsewhere)
        paths.push_back(server->service->object_path);
    const std::vector<std::uint64_t> sizes = ask_memory(paths);
    for (std::size_t i = 0; i < sizes.size(); ++i)
        if (sizes[i] != 0)
            elsewhere[i]->overview.memory = sizes[i];
}

} // namespace

void RunningServers::look_at(const std::vector<ListedServer*>& running) const {
    measure_memory(running);
    for_each_in_halves(std::span(running), [this](ListedServer* server) {
        ServerOverview& overview = server->overview;
        const std::string trouble = m_overlays.trouble_with_upper(
            overview.name, m_configuration.runtime_directory(overview.name));
        if (trouble.empty())
            return;
        overview.warning = fmt::format("{}: systemctl restart l4d2@{}", trouble, overview.name);
        overview.needs_restart.push_back(RestartReason::upper);
    });

    // What was started from the units that systemd has is what they say.
    std::vector<ListedServer*> earlier = running;
    std::erase_if(earlier, [](const ListedServer* server) {
        return server->instance() == nullptr || (server->service->started_from_loaded_units &&
                                                 !server->overview.needs_reload.value_or(true));
    });
    for_each_in_halves(std::span(earlier), [this](ListedServer* server) {
        if (m_overlays.has_other_layers(*server->instance()))
            server->overview.needs_restart.push_back(RestartReason::layers);
    });
    compare_arguments(earlier);
    foresee_restarts(earlier);
    foresee_refusals(earlier);
}

void RunningServers::compare_arguments(const std::vector<ListedServer*>& running) const {
    std::vector<EarlierStart> earlier;
    earlier.reserve(running.size());
    for (const ListedServer* server : running)
        earlier.push_back({server->instance(), server->service->object_path, server->commanded});
    const auto found = look_at_arguments(earlier, m_configuration);
    for (ListedServer* const server : running) {
        ServerOverview& overview = server->overview;
        const RunningArguments& arguments = found.at(overview.name);
        if (!arguments.known)
            overview.warning =
                "its process does not tell what it was started with: restart it if its "
                "instance.env has changed since";
        if (arguments.stale)
            overview.needs_restart.push_back(RestartReason::command_line);
        if (arguments.port && arguments.port != overview.port)
            overview.running_port = arguments.port;
    }
}

/// A reload that is to come may change what only a start takes over.
void RunningServers::foresee_restarts(std::vector<ListedServer*> running) const {
    std::erase_if(running, [](const ListedServer* server) {
        return !server->overview.needs_reload.value_or(false);
    });
    if (running.empty())
        return;
    for (ListedServer* const server : running) {
        const auto before = m_there.find(server->overview.name);
        InstanceChange change;
        change.name = server->overview.name;
        if (before != m_there.end()) {
            change.before = state_of(before->second);
            change.files = compare_files(before->second, server->generated->files);
        }
        change.after = UnitsState::usable;
        if (meaning_of(change, {ServerState::running}).restart)
            server->overview.needs_restart.push_back(RestartReason::reload);
    }
}

/// Who restarts a server because it needs it shall not lose it for that.
void RunningServers::foresee_refusals(std::vector<ListedServer*> running) const {
    std::erase_if(
        running, [](const ListedServer* server) { return server->overview.needs_restart.empty(); });
    if (running.empty())
        return;
    MountInspection inspection(m_tree, m_configuration, true);
    for (ListedServer* const server : running)
        if (const std::string why = inspection.refusal_of(*server->instance()); !why.empty())
            server->overview.warning = fmt::format("a restart would be refused: {}", why);
}

} // namespace left4me::ctl
