#include "generator/l4d2ctl/observe/server_command.hpp"

#include "generator/instance/game.hpp"
#include "generator/l4d2ctl/observe/unit_files.hpp"
#include "generator/l4d2ctl/units/command_words.hpp"
#include "generator/l4d2ctl/units/effective_settings.hpp"
#include "generator/units/instance_units.hpp"
#include "generator/units/unit_names.hpp"

#include <optional>
#include <string>
#include <vector>

namespace left4me::ctl {

namespace {

/// \return "" where systemd makes a path of it that cannot be told from the file
std::string program_of(const std::string& value) {
    const std::vector<UnitCommand> commands = split_commands(value);
    if (commands.empty() || commands.front().expands ||
        !commands.front().words.front().starts_with('/'))
        return {};
    return commands.front().words.front();
}

/// The values of ExecStart= as systemd would find them after a reload.
std::vector<SettingValue> commands_of(const HostTree& tree, const Instance& instance,
                                      const HostConfiguration& configuration) {
    const std::vector<UnitFile> generated = render_instance(instance, configuration);
    const EffectiveUnit unit =
        merge_unit(find_unit_pieces(tree, service_name(instance.name), generated));
    const EffectiveSetting* const command = unit.find("Service", "ExecStart");
    return command == nullptr ? std::vector<SettingValue>{} : command->values;
}

} // namespace

Diagnostics inspect_server_command(const HostTree& tree, const Instance& instance,
                                   const HostConfiguration& configuration,
                                   const ServerPrograms& programs) {
    Diagnostics errors;
    bool starts_game = true;
    const std::vector<SettingValue> commands = commands_of(tree, instance, configuration);
    for (const SettingValue& command : commands) {
        if (command.generated)
            continue;
        std::optional<Complaint> objection;
        if (commands.size() > 1) {
            objection = {"this is a second ExecStart=, and systemd takes no unit that has two",
                         "put a line ExecStart= before it, which takes the first one back"};
        } else {
            starts_game = command.value.find(game::program) != std::string::npos;
            if (const std::string program = program_of(command.value); !program.empty())
                objection = programs.objection_to_command(program);
        }
        if (objection)
            errors.push_back(error_at(command.file, command.line, *objection));
    }
    if (!starts_game)
        return errors;
    if (const auto objection = programs.objection_to_game())
        errors.push_back(error_at(instance.source, instance.layers_line, *objection));
    return errors;
}

} // namespace left4me::ctl
