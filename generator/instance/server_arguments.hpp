#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace left4me {

struct ArgumentProblem {
    std::string problem;
    std::string remedy;
};

/// Why `argument` may not be passed to srcds_run: it is set by the product, or it would run, write
/// or delete files of the caller's choice (facts about the wrapper: its own options and those that
/// force its restart loop). srcds_run splits its arguments at blanks again before the server sees
/// them, so every word of the argument is looked at.
///
/// \return nothing when it may be passed
[[nodiscard]] std::optional<ArgumentProblem> problem_of_argument(std::string_view argument);

} // namespace left4me
