#pragma once

#include <span>
#include <string_view>

namespace left4me {

/// Returns the candidate that takes the fewest single-byte edits (Levenshtein distance) to become
/// `word`; the first one if several are as near. The case of ASCII letters does not count.
///
/// \param word        any bytes, of which the first 64 count
/// \param candidates  at least one
[[nodiscard]] std::string_view nearest(std::string_view word,
                                       std::span<const std::string_view> candidates);

} // namespace left4me
