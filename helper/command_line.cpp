#include "command_line.hpp"

#include "instance/instance_name.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <fmt/format.h>
#include <string_view>
#include <vector>

namespace left4me {

namespace {

CommandLineReading problem(std::string text) {
    return {std::nullopt, std::move(text)};
}

constexpr const char* bad_name =
    "an instance's name is 1-63 of A-Z a-z 0-9 _ . -, beginning with a letter or digit";

CommandLineReading finish(CommandLine command_line) {
    if (!is_instance_name(command_line.instance))
        return problem(bad_name);
    return {std::move(command_line), {}};
}

/// The options of an overlay are not the caller's to choose; these change nothing.
bool is_harmless_option(std::string_view option) {
    constexpr std::array<std::string_view, 5> harmless = {"rw", "defaults", "nofail", "_netdev",
                                                          "noauto"};
    return std::ranges::find(harmless, option) != harmless.end() || option.starts_with("x-");
}

bool are_harmless_options(std::string_view list) {
    while (!list.empty()) {
        const std::size_t end = std::min(list.find(','), list.size());
        if (!is_harmless_option(list.substr(0, end)))
            return false;
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return true;
}

/// The instance that mount(8) was told to mount. It makes an absolute path of a source that exists
/// in its working directory, and so of the name of an instance that is called as something in /;
/// but the mount point, with which the name is compared later, holds it too.
std::string_view instance_of(std::string_view source, std::string_view where) {
    constexpr std::string_view merged = "/merged";
    if (!source.starts_with('/') || !where.ends_with(merged))
        return source;
    where.remove_suffix(merged.size());
    return where.substr(where.rfind('/') + 1);
}

/// NAME WHERE [-sfnv] [-o OPTIONS]
CommandLineReading parse_as_mount_helper(std::span<const char* const> arguments) {
    CommandLine command_line;
    std::vector<std::string_view> positional;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string_view argument = arguments[i];
        if (argument == "-o" && i + 1 < arguments.size()) {
            if (!are_harmless_options(arguments[++i]))
                return problem("the overlay's mount options are fixed");
        } else if (argument == "-f") {
            command_line.dry_run = true;
        } else if (argument == "-s" || argument == "-n" || argument == "-v") {
            continue;
        } else if (argument.starts_with('-')) {
            return problem(fmt::format("unknown option {}", argument));
        } else {
            positional.push_back(argument);
        }
    }
    if (positional.size() != 2)
        return problem("it takes a name and a mount point");
    command_line.instance = instance_of(positional[0], positional[1]);
    command_line.where = positional[1];
    return finish(std::move(command_line));
}

CommandLineReading stand_alone(Verb verb) {
    CommandLine command_line;
    command_line.verb = verb;
    return {std::move(command_line), {}};
}

/// [NAME…] [--json], behind the verb.
CommandLineReading parse_status(std::span<const char* const> arguments) {
    CommandLine command_line;
    command_line.verb = Verb::status;
    for (const std::string_view argument : arguments) {
        if (argument == "--json")
            command_line.json = true;
        else if (argument.starts_with('-'))
            return problem(fmt::format("unknown option {}", argument));
        else if (!is_instance_name(argument))
            return problem(bad_name);
        else
            command_line.names.emplace_back(argument);
    }
    return {std::move(command_line), {}};
}

CommandLineReading parse_as_overlay(std::span<const char* const> arguments) {
    if (arguments.size() == 1 && std::string_view(arguments[0]) == "--help")
        return stand_alone(Verb::help);
    if (arguments.size() == 1 && std::string_view(arguments[0]) == "--version")
        return stand_alone(Verb::version);
    if (!arguments.empty() && std::string_view(arguments[0]) == "status")
        return parse_status(arguments.subspan(1));

    CommandLine command_line;
    if (!arguments.empty() && std::string_view(arguments[0]) == "--dry-run") {
        command_line.dry_run = true;
        arguments = arguments.subspan(1);
    }
    if (arguments.size() != 2)
        return problem("it takes a verb and a name");

    const std::string_view verb = arguments[0];
    if (verb == "umount" && !command_line.dry_run)
        command_line.verb = Verb::umount;
    else if (verb != "mount")
        return problem(fmt::format("unknown verb {}", verb));
    command_line.instance = arguments[1];
    return finish(std::move(command_line));
}

} // namespace

CommandLineReading parse_command_line(std::span<const char* const> arguments) {
    if (arguments.empty())
        return problem("it was called without a name of its own");
    std::string_view program = arguments[0];
    program = program.substr(program.rfind('/') + 1);
    return program == "mount.left4me" ? parse_as_mount_helper(arguments.subspan(1))
                                      : parse_as_overlay(arguments.subspan(1));
}

const char* usage() {
    return "usage: left4me-overlay mount NAME\n"
           "       left4me-overlay umount NAME\n"
           "       left4me-overlay status [NAME...] [--json]\n"
           "       left4me-overlay --dry-run mount NAME\n"
           "       mount.left4me NAME WHERE [-o OPTIONS]";
}

} // namespace left4me
