#include "generator/instance/game.hpp"

#include "generator/text/ascii.hpp"
#include "generator/text/fields.hpp"
#include "generator/text/path_text.hpp"
#include "generator/text/word_split.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <fmt/format.h>

namespace left4me::game {

namespace {

struct ForbiddenOption {
    std::string_view name;
    std::string_view why;
    std::string_view remedy = "remove it";
};

constexpr std::string_view set_here = "is set for every server";
constexpr std::string_view takes_path = "would let the server run, write or delete any file";
constexpr std::string_view takes_port = "would take another port than L4D2_PORT";
constexpr std::string_view set_port = "remove it and set L4D2_PORT";
constexpr std::string_view set_address = "remove it and set L4D2_IP";

// Not among them, since they break nothing that is promised: -condebug and -consolelog, which write
// to the upper; -usercon, -nohltv, -tvmasteronly, -insecure, -nobots, -textmode, -dumplongticks;
// and -timeout, -notrap, -steamerr and -beta, of which srcds_run makes nothing without its loop.
constexpr std::array forbidden_options = {
    ForbiddenOption{"-game", set_here},
    ForbiddenOption{port_option, set_here, set_port},
    ForbiddenOption{address_option, set_here, set_address},
    ForbiddenOption{"-norestart", set_here},
    ForbiddenOption{"-strictportbind", set_here},
    ForbiddenOption{"+port", takes_port, set_port},
    ForbiddenOption{"+hostport", takes_port, set_port},
    ForbiddenOption{"+ip", "would listen on another address than L4D2_IP", set_address},
    ForbiddenOption{"-autoupdate", "would write the game into the instance's upper layer",
                    "remove it and update the installation layer"},
    ForbiddenOption{"-basedir", takes_path},
    ForbiddenOption{"-binary", takes_path},
    ForbiddenOption{"-gdb", takes_path},
    ForbiddenOption{"-debug", "would start the wrapper's debugger and its restart loop"},
    ForbiddenOption{"-debuglog", takes_path},
    ForbiddenOption{"-fork", "would start servers that systemd knows nothing of",
                    "remove it and make an instance of each server"},
    ForbiddenOption{"-help", "would print how to call srcds_run, and start nothing"},
    ForbiddenOption{"-ignoresigint", "would ignore SIGINT, with which systemd stops a server"},
    ForbiddenOption{"-netconport", "would open a console on a TCP port of its own",
                    "remove it and use RCON, on the port of L4D2_PORT"},
    ForbiddenOption{"-pidfile", takes_path},
    ForbiddenOption{"-reuse", "would let another server take the same port"},
    ForbiddenOption{"-steam_dir", takes_path},
    ForbiddenOption{"-steamcmd_script", takes_path},
    ForbiddenOption{"-vcrrecord", takes_path},
    ForbiddenOption{"-vproject", "would start another game"},
};

/// What the names of options end in that are secrets.
constexpr std::array<std::string_view, 5> secret_endings = {"password", "authkey", "steamaccount",
                                                            "steampass", "logsecret"};

/// \return the name of the option or cvar that `word` gives a secret to, or ""; what it sets may
///         stand in it, behind a '='
std::string_view secret_option(std::string_view word) {
    const std::string_view name = word.substr(0, word.find('='));
    const bool is_option = name.starts_with('+') || name.starts_with('-');
    const bool is_secret =
        std::ranges::any_of(secret_endings, [lower = ascii_lower(name)](auto ending) {
            return lower.ends_with(ending);
        });
    return is_option && is_secret ? name : std::string_view();
}

/// \return as secret_option(), of the first word that has one
std::string_view first_secret(const std::vector<std::string_view>& words) {
    for (const std::string_view word : words)
        if (const std::string_view name = secret_option(word); !name.empty())
            return name;
    return {};
}

/// \return the option that `before` ends in and that takes a secret from the next argument, or ""
std::string_view option_awaiting_secret(std::string_view before) {
    const auto words = split_at_blanks(before);
    const bool may_await = !words.empty() && words.back().find('=') == std::string_view::npos;
    return may_await ? secret_option(words.back()) : std::string_view();
}

/// What a message may call an argument, in which a password may stand.
std::string name_without_secret(std::string_view argument, std::string_view before) {
    if (const std::string_view name = first_secret(split_at_blanks(argument)); !name.empty())
        return printable(name);
    if (const std::string_view name = option_awaiting_secret(before); !name.empty())
        return fmt::format("behind {}", printable(name));
    return printable(argument);
}

constexpr const ForbiddenOption* find_forbidden(std::string_view word) {
    const auto* const found = std::ranges::find(forbidden_options, word, &ForbiddenOption::name);
    return found == forbidden_options.end() ? nullptr : found;
}

static_assert(std::ranges::all_of(fixed_arguments, [](std::string_view argument) {
    return !argument.starts_with('-') || find_forbidden(argument) != nullptr;
}));

/// What the wrapper's shell does to an argument, behind "the argument ... ", or nothing.
std::optional<Complaint> effect_of_wrapper(std::string_view argument, bool is_one_word) {
    constexpr const char* elsewhere = "put what it sets into a server.cfg of a layer";
    if (argument.empty())
        return Complaint{"is dropped by srcds_run", elsewhere};
    // "+map" takes the words as they come, and so does whatever reads the rest of its line.
    if (!is_one_word)
        return Complaint{"is split at its blanks by srcds_run, and its quotes do nothing",
                         "leave them out, or put a setting that needs them into a server.cfg of a "
                         "layer"};
    if (is_file_pattern(argument))
        return Complaint{"is replaced by srcds_run with the names of files that match it",
                         elsewhere};
    return std::nullopt;
}

} // namespace

bool is_file_pattern(std::string_view argument) {
    return argument.find_first_of("*?[") != std::string_view::npos;
}

bool belongs_into_directory(std::string_view file) {
    return file.starts_with("pak") || (file.ends_with(".cfg") && !file.ends_with("server.cfg"));
}

bool executes_server(std::string_view script) {
    // Not in a comment.
    return script.starts_with("#!") &&
           std::ranges::any_of(split(script, '\n'), [](const std::string& line) {
               const std::size_t at = line.find(fmt::format("./{}", server));
               return at != std::string::npos && line.find('#') > at;
           });
}

std::vector<std::string_view> forbidden_arguments() {
    std::vector<std::string_view> names;
    names.reserve(forbidden_options.size());
    for (const ForbiddenOption& option : forbidden_options)
        names.push_back(option.name);
    return names;
}

bool holds_secret(std::string_view argument, std::string_view before) {
    // Among several words a plugin's command may name a setting without a sign.
    const auto words = split_at_blanks(argument);
    return !first_secret(words).empty() || !option_awaiting_secret(before).empty() ||
           (words.size() > 1 && may_hold_secret(argument));
}

bool may_hold_secret(std::string_view text) {
    return std::ranges::any_of(secret_endings, [lower = ascii_lower(text)](auto ending) {
        return lower.find(ending) != std::string::npos;
    });
}

std::optional<ArgumentProblem> problem_of_argument(std::string_view argument,
                                                   std::string_view before) {
    if (has_control_character(argument))
        return ArgumentProblem{Severity::error,
                               {fmt::format("the argument {} has a control character",
                                            name_without_secret(argument, before)),
                                "remove it"}};

    const auto words = split_at_blanks(argument);
    for (const std::string_view word : words)
        if (const ForbiddenOption* const option = find_forbidden(ascii_lower(word)))
            return ArgumentProblem{Severity::error,
                                   {fmt::format("the argument {} {}", printable(word), option->why),
                                    std::string(option->remedy)}};

    if (const std::string_view secret = first_secret(words); !secret.empty())
        return ArgumentProblem{
            Severity::warning,
            {fmt::format("everybody on this host can read what the argument {} sets, by systemctl "
                         "show or in /proc/PID/cmdline, whatever the mode of this file",
                         printable(secret)),
             // What begins with '-' is not a cvar, and can be set nowhere else.
             secret.starts_with('+')
                 ? "remove it, and set it in a file as left4me-instance.env(5) says below PASSWORDS"
                 : "remove it"}};
    // What is said of it would show it in the log. The option before it has been warned of.
    if (holds_secret(argument, before))
        return std::nullopt;

    const bool is_one_word = words.size() == 1 && words.front() == argument;
    if (const auto effect = effect_of_wrapper(argument, is_one_word))
        return ArgumentProblem{
            Severity::warning,
            {fmt::format("the argument {} {}", printable(argument), effect->problem),
             effect->remedy}};
    return std::nullopt;
}

} // namespace left4me::game
