#include "generator/l4d2ctl/verbs/own_unit_files.hpp"

#include "generator/instance/server_command_line.hpp"
#include "generator/l4d2ctl/observe/unit_files.hpp"
#include "generator/l4d2ctl/units/command_words.hpp"
#include "generator/l4d2ctl/units/effective_settings.hpp"
#include "generator/units/unit_names.hpp"

#include <algorithm>
#include <optional>

namespace left4me::ctl {

namespace {

const std::vector<UnitFile>& files_of(const ListedServer& server, const FilesByInstance& there) {
    static const std::vector<UnitFile> none;
    if (server.generated != nullptr && !server.generated->files.empty())
        return server.generated->files;
    const auto found = there.find(server.overview.name);
    return found == there.end() ? none : found->second;
}

/// What systemd has not loaded, it reads when it does. It also names those whose instance.env is
/// newer, of which the generated files tell whether that matters, and does not see a drop-in in a
/// directory that was not there.
bool is_unread(const ListedServer& server) {
    const LoadedService& service = server.service;
    return service.is_unread ||
           (!service.object_path.empty() && server.changed_file.ends_with(".conf") &&
            std::ranges::count(service.drop_ins, server.changed_file) == 0);
}

} // namespace

void look_for_own_port(ListedServer& server, const HostTree& tree, const FilesByInstance& there) {
    ServerOverview& overview = server.overview;
    if (!server.commanded_itself)
        return;
    const EffectiveUnit unit =
        merge_unit(find_unit_pieces(tree, service_name(overview.name), files_of(server, there)));
    const EffectiveSetting* const start = unit.find("Service", "ExecStart");
    if (start == nullptr || start->values.front().generated)
        return;
    const std::vector<UnitCommand> commands = split_commands(start->values.front().value);
    if (commands.empty())
        return;
    const auto port = game::port_among(commands.front().words);
    if (port && port != overview.port)
        overview.command_port = port;
}

void confirm_unread_files(const std::vector<ListedServer*>& servers) {
    std::vector<LoadedService*> services;
    for (ListedServer* const server : servers)
        if (!server->changed_file.empty())
            services.push_back(&server->service);
    ask_unread(services);
    for (ListedServer* const server : servers)
        if (!server->changed_file.empty() && is_unread(*server)) {
            server->overview.unread_file = server->changed_file;
            server->overview.needs_reload = true;
        }
}

} // namespace left4me::ctl
