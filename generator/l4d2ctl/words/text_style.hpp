#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace left4me::ctl {

enum class Colour { none, good, attention, bad, heading };

/// What the reader's terminal takes.
struct TextStyle {
    bool colours = false;
    /// In columns; 0 for a reader that is no terminal, and cuts and wraps nothing.
    std::size_t width = 0;
};

/// `text` in a colour, as ECMA-48 has it, where the style has colours.
[[nodiscard]] std::string paint(std::string_view text, Colour colour, const TextStyle& style);

/// `text` in lines of at most the style's width, broken at blanks, each behind `indent`. A word
/// that is longer than a line stays whole.
///
/// \param text  without control characters
/// \return the lines with their newlines
[[nodiscard]] std::string wrap(std::string_view text, std::string_view indent,
                               const TextStyle& style);

/// Bytes in at most five characters: `0`, `980B`, `1.2G`.
[[nodiscard]] std::string human_size(std::uint64_t bytes);

/// A time span in at most six characters, its two largest units: `45s`, `3m`, `2h 5m`, `12d`.
[[nodiscard]] std::string human_span(std::uint64_t seconds);

} // namespace left4me::ctl
