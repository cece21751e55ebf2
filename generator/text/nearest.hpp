#pragma once

#include <span>
#include <string_view>

namespace left4me {

/// The candidate that takes the fewest single-character edits (Levenshtein distance) to become
/// `word`, letter case aside; the first of them where several are as near.
///
/// \param candidates  at least one
[[nodiscard]] std::string_view nearest(std::string_view word,
                                       std::span<const std::string_view> candidates);

} // namespace left4me
