#include "generator/l4d2ctl/units/start_commands.hpp"

#include "generator/l4d2ctl/units/command_words.hpp"
#include "generator/text/printable.hpp"

#include <fmt/format.h>

namespace left4me::ctl {

namespace {

bool is_relative_path(const std::string& program) {
    return !program.starts_with('/') && program.find('/') != std::string::npos;
}

Complaint objection_to_relative_path(const std::string& program) {
    return {fmt::format("systemd takes no program by a relative path like {}, and passes over "
                        "this line",
                        printable(program)),
            "write its whole path"};
}

Complaint objection_to_second(const SettingValue& first) {
    const std::string problem = "this is a second ExecStart=, and systemd refuses a service that "
                                "has two";
    if (first.generated)
        return {problem, "put a line ExecStart= before it, which takes back the first one"};
    return {problem,
            fmt::format("take this one out, or that of {}:{}", one_line(first.file), first.line)};
}

} // namespace

std::string program_of_command(const std::string& value) {
    const std::vector<UnitCommand> commands = split_commands(value);
    return commands.empty() || commands.front().expands ? std::string()
                                                        : commands.front().words.front();
}

const SettingValue* own_command(const std::vector<SettingValue>& commands) {
    const SettingValue* only = nullptr;
    for (const SettingValue& command : commands) {
        if (is_relative_path(program_of_command(command.value)))
            continue;
        if (only != nullptr)
            return nullptr;
        only = &command;
    }
    return only == nullptr || only->generated ? nullptr : only;
}

Diagnostics objections_to_commands(const std::vector<SettingValue>& commands) {
    Diagnostics errors;
    const SettingValue* first = nullptr;
    for (const SettingValue& command : commands) {
        const std::string program = program_of_command(command.value);
        if (is_relative_path(program))
            errors.push_back(
                error_at(command.file, command.line, objection_to_relative_path(program)));
        else if (first == nullptr)
            first = &command;
        else
            errors.push_back(error_at(command.file, command.line, objection_to_second(*first)));
    }
    return errors;
}

} // namespace left4me::ctl
