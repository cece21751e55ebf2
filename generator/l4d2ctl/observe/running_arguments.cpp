#include "generator/l4d2ctl/observe/running_arguments.hpp"

#include "generator/instance/game.hpp"
#include "generator/l4d2ctl/observe/in_halves.hpp"
#include "generator/l4d2ctl/observe/process.hpp"
#include "generator/l4d2ctl/observe/server_cgroups.hpp"
#include "generator/l4d2ctl/observe/service_states.hpp"

#include <cstddef>
#include <span>
#include <utility>

namespace left4me::ctl {

namespace {

std::vector<std::string> paths_of(const std::vector<EarlierStart>& servers) {
    std::vector<std::string> paths;
    paths.reserve(servers.size());
    for (const EarlierStart& server : servers)
        paths.push_back(server.object_path);
    return paths;
}

/// Of each, in the same order; 0 where there is none.
std::vector<std::uint64_t> main_processes_of(const std::vector<EarlierStart>& servers) {
    const ServerCgroups cgroups;
    std::vector<std::uint64_t> pids(servers.size());
    for_each_in_halves(std::span(pids), [&](std::uint64_t& pid) {
        const auto index = static_cast<std::size_t>(&pid - pids.data());
        pid = cgroups.only_process_of(servers[index].instance->name).value_or(0);
    });

    std::vector<std::uint64_t*> unknown;
    std::vector<std::string> paths;
    for (std::size_t i = 0; i < servers.size(); ++i)
        if (pids[i] == 0) {
            unknown.push_back(&pids[i]);
            paths.push_back(servers[i].object_path);
        }
    const std::vector<std::uint64_t> asked = ask_main_pids(paths);
    for (std::size_t i = 0; i < asked.size(); ++i)
        *unknown[i] = asked[i];
    return pids;
}

} // namespace

std::map<std::string, RunningArguments> look_at_arguments(const std::vector<EarlierStart>& servers,
                                                          const HostConfiguration& configuration) {
    // By our own command line, as long as it is ours, and where that is not it, by systemd's.
    std::map<std::string, RunningArguments> found;
    std::vector<EarlierStart> suspects;
    std::vector<std::vector<std::string>> arguments;
    auto all_running = arguments_of_processes(main_processes_of(servers));
    for (std::size_t i = 0; i < servers.size(); ++i) {
        auto& running = all_running[i];
        RunningArguments& of_server = found[servers[i].instance->name];
        of_server.known = running.has_value();
        if (!running)
            continue;
        of_server.port = game::port_among(*running);
        if (!servers[i].commanded &&
            game::match_command(*running,
                                game::server_command_line(*servers[i].instance, configuration)) ==
                game::CommandMatch::same)
            continue;
        suspects.push_back(servers[i]);
        arguments.push_back(*std::move(running));
    }
    const auto loaded = ask_command_lines(paths_of(suspects));
    for (std::size_t i = 0; i < suspects.size(); ++i)
        found[suspects[i].instance->name].stale =
            game::match_command(arguments[i], loaded[i]) == game::CommandMatch::differs;
    return found;
}

} // namespace left4me::ctl
