#include "helper/overlay_command_line.hpp"

#include "generator/instance/instance_name.hpp"
#include "generator/text/enum_words.hpp"
#include "generator/text/fields.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <string_view>
#include <vector>

namespace left4me {

namespace {

constexpr EnumWords<Verb> verb_words = {
    {Verb::mount, "mount"},
    {Verb::umount, "umount"},
    {Verb::status, "status"},
    // Each is all of a command line.
    {Verb::help, "--help"},
    {Verb::version, "--version"},
};
constexpr std::string_view dry_run_option = "--dry-run";
constexpr std::string_view json_option = "--json";

/// Of mount(8)'s: it wants nothing to happen.
constexpr std::string_view fake_option = "-f";
constexpr std::string_view mount_options_option = "-o";
constexpr std::array<std::string_view, 3> ignored_options = {"-s", "-n", "-v"};
/// The options of an overlay are not the caller's to choose; these change nothing.
constexpr std::array<std::string_view, 5> harmless_options = {"rw", "defaults", "nofail", "_netdev",
                                                              "noauto"};

CommandLineReading problem(std::string text) {
    return {std::nullopt, std::move(text)};
}

CommandLineReading bad_name(std::string_view name) {
    return problem(fmt::format("an instance's name is {}", instance_name_rule(name)));
}

/// What an earlier version has mounted is taken down by whatever name it has.
bool may_be_named(Verb verb, std::string_view name) {
    return verb == Verb::mount ? is_instance_name(name) : is_name_of_any_version(name);
}

CommandLineReading with_instance(CommandLine command_line, std::string_view instance) {
    if (!may_be_named(command_line.verb, instance))
        return bad_name(instance);
    command_line.instance = instance;
    return {std::move(command_line), {}};
}

bool are_harmless_options(std::string_view list) {
    while (!list.empty())
        if (const std::string_view option = take_until(list, ',');
            !option.starts_with("x-") &&
            std::ranges::find(harmless_options, option) == harmless_options.end())
            return false;
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
        if (argument == mount_options_option && i + 1 < arguments.size()) {
            if (!are_harmless_options(arguments[++i]))
                return problem("the overlay's mount options are fixed");
        } else if (argument == fake_option) {
            command_line.dry_run = true;
        } else if (!argument.starts_with('-')) {
            positional.push_back(argument);
        } else if (std::ranges::find(ignored_options, argument) == ignored_options.end()) {
            return problem(fmt::format("unknown option {}", argument));
        }
    }
    if (positional.size() != 2)
        return problem("it takes a name and a mount point");
    command_line.where = positional[1];
    return with_instance(std::move(command_line), instance_of(positional[0], positional[1]));
}

/// [NAME…] [--json], behind the verb.
CommandLineReading parse_status(std::span<const char* const> arguments) {
    CommandLine command_line;
    command_line.verb = Verb::status;
    for (const std::string_view argument : arguments) {
        if (argument == json_option)
            command_line.json = true;
        else if (argument.starts_with('-'))
            return problem(fmt::format("unknown option {}", argument));
        else if (!may_be_named(Verb::status, argument))
            return bad_name(argument);
        else
            command_line.names.emplace_back(argument);
    }
    return {std::move(command_line), {}};
}

CommandLineReading parse_as_overlay(std::span<const char* const> arguments) {
    CommandLine command_line;
    command_line.dry_run = !arguments.empty() && arguments[0] == dry_run_option;
    if (command_line.dry_run)
        arguments = arguments.subspan(1);
    const auto verb = arguments.empty() ? std::nullopt : verb_words.find(arguments[0]);
    command_line.verb = verb.value_or(Verb::mount);
    if (!command_line.dry_run && verb == Verb::status)
        return parse_status(arguments.subspan(1));
    const bool stands_alone = verb == Verb::help || verb == Verb::version;
    if (!command_line.dry_run && stands_alone && arguments.size() == 1)
        return {std::move(command_line), {}};
    if (arguments.size() != 2)
        return problem("it takes a verb and a name");
    if (verb != Verb::mount && (verb != Verb::umount || command_line.dry_run))
        return problem(fmt::format("unknown verb {}", arguments[0]));
    return with_instance(std::move(command_line), arguments[1]);
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

CommandLineWords command_line_words() {
    CommandLineWords words = {
        {verb_words[Verb::mount], verb_words[Verb::umount], verb_words[Verb::status]},
        {dry_run_option, json_option, verb_words[Verb::help], verb_words[Verb::version]},
        {fake_option, mount_options_option},
        {harmless_options.begin(), harmless_options.end()}};
    words.mount_helper_options.insert(words.mount_helper_options.end(), ignored_options.begin(),
                                      ignored_options.end());
    return words;
}

const char* usage() {
    return "usage: left4me-overlay mount NAME\n"
           "       left4me-overlay umount NAME\n"
           "       left4me-overlay status [NAME...] [--json]\n"
           "       left4me-overlay --dry-run mount NAME\n"
           "       mount.left4me NAME WHERE [-o OPTIONS]";
}

} // namespace left4me
