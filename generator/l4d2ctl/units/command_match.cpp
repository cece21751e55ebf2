#include "generator/l4d2ctl/units/command_match.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <system_error>
#include <vector>

namespace left4me::ctl {

namespace {

/// What a shell makes of `$*`, but for the names of files.
std::vector<std::string_view> split_at_blanks(std::span<const std::string> arguments) {
    constexpr std::string_view blanks = " \t\n";
    std::vector<std::string_view> words;
    for (const std::string_view argument : arguments)
        for (std::size_t begin = argument.find_first_not_of(blanks);
             begin != std::string_view::npos;) {
            const std::size_t end =
                std::min(argument.find_first_of(blanks, begin), argument.size());
            words.push_back(argument.substr(begin, end - begin));
            begin = argument.find_first_not_of(blanks, end);
        }
    return words;
}

bool is_server(std::string_view program) {
    return program.substr(program.rfind('/') + 1).starts_with("srcds");
}

} // namespace

CommandMatch match_command(std::span<const std::string> running,
                           std::span<const std::string> expected) {
    if (running.empty() || expected.empty())
        return CommandMatch::unknown;
    const auto judge = [](bool same) { return same ? CommandMatch::same : CommandMatch::differs; };
    if (const auto script = std::ranges::find(running, expected.front()); script != running.end())
        return judge(std::ranges::equal(script, running.end(), expected.begin(), expected.end()));

    // An administrator's own program.
    if (!is_server(expected.front()))
        return is_server(running.front()) ? CommandMatch::differs : CommandMatch::unknown;

    const auto arguments = expected.subspan(1);
    const bool file_names = std::ranges::any_of(arguments, [](const std::string& argument) {
        return argument.find_first_of("*?[") != std::string::npos;
    });
    if (!is_server(running.front()) || file_names)
        return CommandMatch::unknown;
    return judge(
        std::ranges::equal(split_at_blanks(running.subspan(1)), split_at_blanks(arguments)));
}

std::optional<std::uint16_t> port_among(std::span<const std::string> arguments) {
    std::optional<std::uint16_t> found;
    for (std::size_t i = 0; i + 1 < arguments.size(); ++i) {
        const std::string& text = arguments[i + 1];
        std::uint16_t port = 0;
        if (arguments[i] == "-port" &&
            std::from_chars(text.data(), text.data() + text.size(), port).ec == std::errc())
            found = port;
    }
    return found;
}

} // namespace left4me::ctl
