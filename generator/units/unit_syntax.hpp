#pragma once

#include <string>
#include <string_view>

namespace left4me {

/// The escaping of systemd.unit(5) for a path in a unit name: '/' becomes '-', and everything but
/// letters, digits, ':', '_' and '.' becomes \xNN.
///
/// \param path  absolute and normalised
[[nodiscard]] std::string escape_path(std::string_view path);

/// `text` with every '%' doubled, for a setting that takes the rest of its line as it is
/// (systemd.unit(5), "Specifiers").
///
/// \param text  without control characters, and without a backslash or blank at its end
[[nodiscard]] std::string escape_specifiers(std::string_view text);

/// `text` as exactly one word of a setting that takes a list of words or a command line: specifiers
/// escaped, and in double quotes unless every byte of it is harmless in both (systemd.syntax(7),
/// "Quoting"). It does not stop `$` from being expanded: that is for the ':' prefix of the command.
///
/// \param text  without control characters
[[nodiscard]] std::string quote_word(std::string_view text);

} // namespace left4me
