#include "l4d2ctl/view/command_match.hpp"

#include <algorithm>

namespace left4me::ctl {

CommandMatch match_command(std::span<const std::string> running,
                           std::span<const std::string> expected) {
    if (expected.empty())
        return CommandMatch::unknown;
    const auto program = std::ranges::find(running, expected.front());
    if (program == running.end())
        return CommandMatch::unknown;
    return std::ranges::equal(program, running.end(), expected.begin(), expected.end())
               ? CommandMatch::same
               : CommandMatch::differs;
}

} // namespace left4me::ctl
