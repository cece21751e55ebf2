#pragma once

#include "generator/text/diagnostic.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace left4me {

struct ArgumentProblem {
    Severity severity;
    std::string problem;
    std::string remedy;
};

/// What is wrong with passing `argument` to srcds_run.
///
/// An error: it is set by the product, or it would run, write or delete files of the caller's
/// choice (facts about the wrapper: its own options and those that force its restart loop).
///
/// A warning: srcds_run is a shell script that hands its arguments on as unquoted `$*`, so the
/// server gets something else than is written here. An argument with blanks becomes several, one
/// with
/// `*`, `?` or `[` becomes the names of files that match it, and an empty one vanishes. For the
/// same reason every word of an argument is looked at for the errors.
///
/// \return nothing when the server gets it as it is
[[nodiscard]] std::optional<ArgumentProblem> problem_of_argument(std::string_view argument);

/// The options of srcds_run that are errors, in whatever letter case they stand.
[[nodiscard]] std::vector<std::string_view> forbidden_arguments();

} // namespace left4me
