#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace left4me::ctl {

enum class Colour { none, good, attention, bad, heading };

/// What the reader's terminal can show.
struct TextStyle {
    bool colours = false;
    /// In columns; 0 if the reader is not a terminal: then nothing is cut or wrapped.
    std::size_t width = 0;
};

/// `text` between the control sequences for a colour (ECMA-48, SGR).
///
/// \return `text` unchanged without a colour, or if the style has none
[[nodiscard]] std::string paint(std::string_view text, Colour colour, const TextStyle& style);

/// Breaks `text` at blanks into lines of at most the style's width, each after `indent`. A word
/// that is longer than a line stays whole.
///
/// \param text  UTF-8 without control characters
/// \return the lines with their newlines; one line if the style has no width
[[nodiscard]] std::string wrap(std::string_view text, std::string_view indent,
                               const TextStyle& style);

/// Bytes in at most four characters, in powers of 1024: `0`, `980B`, `1.2G`.
[[nodiscard]] std::string human_size(std::uint64_t bytes);

/// A time span, rounded down: its largest unit, and the next one while the first is below ten:
/// `45s`, `3m`, `2h 5m`, `12d`.
[[nodiscard]] std::string human_span(std::uint64_t seconds);

} // namespace left4me::ctl
