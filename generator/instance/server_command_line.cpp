#include "generator/instance/server_command_line.hpp"

#include "generator/instance/listen_address.hpp"
#include "generator/text/number_text.hpp"
#include "generator/text/word_split.hpp"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <iterator>
#include <string_view>

namespace left4me::game {

namespace {

/// What the names of all programs of the server begin with.
constexpr std::string_view server_prefix = "srcds";

/// Whether a path is one of the wrapper, or of what that executes.
bool is_server(std::string_view path) {
    return path.substr(path.rfind('/') + 1).starts_with(server_prefix);
}

std::vector<std::string_view> split_again(std::span<const std::string> arguments) {
    std::vector<std::string_view> words;
    for (const std::string& argument : arguments)
        std::ranges::copy(split_at_blanks(argument), std::back_inserter(words));
    return words;
}

} // namespace

std::vector<std::string> server_command_line(const Instance& instance,
                                             const HostConfiguration& configuration) {
    std::vector<std::string> words = {
        fmt::format("{}/{}", configuration.merged_directory(instance.name), program)};
    words.insert(words.end(), fixed_arguments.begin(), fixed_arguments.end());
    words.insert(words.end(), {std::string(address_option), instance.address,
                               std::string(port_option), std::to_string(instance.port)});
    words.insert(words.end(), instance.arguments.begin(), instance.arguments.end());
    return words;
}

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
    const bool file_names = std::ranges::any_of(arguments, is_file_pattern);
    if (!is_server(running.front()) || file_names)
        return CommandMatch::unknown;
    return judge(std::ranges::equal(split_again(running.subspan(1)), split_again(arguments)));
}

std::optional<std::uint16_t> port_among(std::span<const std::string> arguments) {
    std::optional<std::uint16_t> found;
    for (std::size_t i = 0; i + 1 < arguments.size(); ++i)
        if (arguments[i] == port_option)
            if (const auto port = parse_number<std::uint16_t>(arguments[i + 1]))
                found = port;
    return found;
}

std::optional<std::string> address_among(std::span<const std::string> arguments) {
    std::optional<std::string> found;
    for (std::size_t i = 0; i + 1 < arguments.size(); ++i)
        if (arguments[i] == address_option && is_listen_address(arguments[i + 1]))
            found = arguments[i + 1];
    return found;
}

} // namespace left4me::game
