#include "helper/overlay_command_line.hpp"

#include "generator/instance/instance_name.hpp"

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

struct VerbName {
    std::string_view name;
    Verb verb;
};

constexpr std::array named_verbs = {VerbName{"mount", Verb::mount},
                                    VerbName{"umount", Verb::umount},
                                    VerbName{"status", Verb::status}};
/// Each is all of a command line.
constexpr std::array options_alone = {VerbName{"--help", Verb::help},
                                      VerbName{"--version", Verb::version}};
constexpr std::string_view dry_run_option = "--dry-run";
constexpr std::string_view json_option = "--json";

/// Of mount(8)'s: it wants nothing to happen.
constexpr std::string_view fake_option = "-f";
constexpr std::string_view mount_options_option = "-o";
constexpr std::array<std::string_view, 3> ignored_options = {"-s", "-n", "-v"};
/// The options of an overlay are not the caller's to choose; these change nothing.
constexpr std::array<std::string_view, 5> harmless_options = {"rw", "defaults", "nofail", "_netdev",
                                                              "noauto"};

constexpr const char* bad_name =
    "an instance's name is 1-63 of A-Z a-z 0-9 _ . -, beginning with a letter or digit";

CommandLineReading finish(CommandLine command_line) {
    if (!is_instance_name(command_line.instance))
        return problem(bad_name);
    return {std::move(command_line), {}};
}

template <std::size_t size>
std::optional<Verb> find_verb(const std::array<VerbName, size>& verbs, std::string_view name) {
    const auto* const found = std::ranges::find(verbs, name, &VerbName::name);
    return found == verbs.end() ? std::nullopt : std::optional(found->verb);
}

bool is_harmless_option(std::string_view option) {
    return std::ranges::find(harmless_options, option) != harmless_options.end() ||
           option.starts_with("x-");
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
        if (argument == mount_options_option && i + 1 < arguments.size()) {
            if (!are_harmless_options(arguments[++i]))
                return problem("the overlay's mount options are fixed");
        } else if (argument == fake_option) {
            command_line.dry_run = true;
        } else if (std::ranges::find(ignored_options, argument) != ignored_options.end()) {
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
        if (argument == json_option)
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
    if (arguments.size() == 1)
        if (const auto verb = find_verb(options_alone, arguments[0]))
            return stand_alone(*verb);
    if (!arguments.empty() && find_verb(named_verbs, arguments[0]) == Verb::status)
        return parse_status(arguments.subspan(1));

    CommandLine command_line;
    if (!arguments.empty() && arguments[0] == dry_run_option) {
        command_line.dry_run = true;
        arguments = arguments.subspan(1);
    }
    if (arguments.size() != 2)
        return problem("it takes a verb and a name");

    const auto verb = find_verb(named_verbs, arguments[0]);
    if (verb != Verb::mount && (verb != Verb::umount || command_line.dry_run))
        return problem(fmt::format("unknown verb {}", arguments[0]));
    command_line.verb = *verb;
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

CommandLineWords command_line_words() {
    CommandLineWords words;
    for (const VerbName& verb : named_verbs)
        words.verbs.push_back(verb.name);
    words.options = {dry_run_option, json_option};
    for (const VerbName& option : options_alone)
        words.options.push_back(option.name);
    words.mount_helper_options = {fake_option, mount_options_option};
    words.mount_helper_options.insert(words.mount_helper_options.end(), ignored_options.begin(),
                                      ignored_options.end());
    words.mount_options = {harmless_options.begin(), harmless_options.end()};
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
