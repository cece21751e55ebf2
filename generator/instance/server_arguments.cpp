#include "generator/instance/server_arguments.hpp"

#include "generator/text/ascii.hpp"
#include "generator/text/path_text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <fmt/format.h>

namespace left4me {

namespace {

struct ForbiddenOption {
    std::string_view name;
    std::string_view why;
    std::string_view remedy;
};

constexpr std::string_view blanks = " \t";
constexpr std::string_view set_here = "is set for every server";
constexpr std::string_view takes_path = "would let the server run, write or delete any file";

constexpr std::array forbidden_options = {
    ForbiddenOption{"-game", set_here, "remove it"},
    ForbiddenOption{"-port", set_here, "remove it and set L4D2_PORT"},
    ForbiddenOption{"-ip", set_here, "remove it"},
    ForbiddenOption{"-norestart", set_here, "remove it"},
    ForbiddenOption{"-strictportbind", set_here, "remove it"},
    ForbiddenOption{"+port", "would take another port than L4D2_PORT",
                    "remove it and set L4D2_PORT"},
    ForbiddenOption{"+hostport", "would take another port than L4D2_PORT",
                    "remove it and set L4D2_PORT"},
    ForbiddenOption{"+ip", "would listen elsewhere than set for every server", "remove it"},
    ForbiddenOption{"-autoupdate", "would write the game into the instance's upper layer",
                    "remove it and update the installation layer"},
    ForbiddenOption{"-binary", takes_path, "remove it"},
    ForbiddenOption{"-gdb", takes_path, "remove it"},
    ForbiddenOption{"-debug", "would start the wrapper's debugger and its restart loop",
                    "remove it"},
    ForbiddenOption{"-debuglog", takes_path, "remove it"},
    ForbiddenOption{"-pidfile", takes_path, "remove it"},
    ForbiddenOption{"-steam_dir", takes_path, "remove it"},
    ForbiddenOption{"-steamcmd_script", takes_path, "remove it"},
};

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b,
                              [](char x, char y) { return ascii_lower(x) == ascii_lower(y); });
}

/// What the wrapper's shell does to an argument, or nothing.
std::string_view effect_of_wrapper(std::string_view argument) {
    if (argument.empty())
        return "is dropped by srcds_run";
    if (argument.find_first_of(blanks) != std::string_view::npos)
        return "is split at its blanks by srcds_run";
    if (argument.find_first_of("*?[") != std::string_view::npos)
        return "is replaced by srcds_run with the names of files that match it";
    return {};
}

} // namespace

std::vector<std::string_view> forbidden_arguments() {
    std::vector<std::string_view> names;
    names.reserve(forbidden_options.size());
    for (const ForbiddenOption& option : forbidden_options)
        names.push_back(option.name);
    return names;
}

std::optional<ArgumentProblem> problem_of_argument(std::string_view argument) {
    if (has_control_character(argument))
        return ArgumentProblem{
            Severity::error,
            fmt::format("the argument {} has a control character", printable(argument)),
            "remove it"};

    for (std::string_view rest = argument; !rest.empty();) {
        const std::size_t end = std::min(rest.find_first_of(blanks), rest.size());
        const std::string_view word = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));

        const auto* const option =
            std::ranges::find_if(forbidden_options, [word](const ForbiddenOption& o) {
                return equal_ignoring_case(o.name, word);
            });
        if (option != forbidden_options.end())
            return ArgumentProblem{Severity::error,
                                   fmt::format("the argument {} {}", printable(word), option->why),
                                   std::string(option->remedy)};
    }

    if (const std::string_view effect = effect_of_wrapper(argument); !effect.empty())
        return ArgumentProblem{Severity::warning,
                               fmt::format("the argument {} {}", printable(argument), effect),
                               "put what it sets into a server.cfg of a layer"};
    return std::nullopt;
}

} // namespace left4me
