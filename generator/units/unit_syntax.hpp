#pragma once

#include <string>
#include <string_view>

namespace left4me {

/// Returns `path` as it stands in a unit name (systemd.unit(5), "String Escaping for Inclusion in
/// Unit Names"). '/' becomes '-', and everything except letters, digits, ':', '_', and '.' behind
/// the first character becomes \xNN. The leading slash is left out, and "/" alone becomes "-".
///
/// \param path  absolute and normalised
[[nodiscard]] std::string escape_path(std::string_view path);

/// Returns `text` with every '%' doubled, for a setting that takes the rest of its line as it is
/// (systemd.unit(5), "Specifiers").
///
/// \param text  without control characters, and without a backslash or blank at its end
[[nodiscard]] std::string escape_specifiers(std::string_view text);

/// Returns `text` as exactly one word of a setting that takes a list of words or a command line
/// (systemd.syntax(7), "Quoting"). Specifiers are escaped, and double quotes stand around it unless
/// every byte is harmless in both. `$` is not escaped: the ':' prefix of the command does that.
///
/// \param text  without control characters; may be empty
[[nodiscard]] std::string quote_word(std::string_view text);

} // namespace left4me
