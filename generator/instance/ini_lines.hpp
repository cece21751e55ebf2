#pragma once

#include "generator/text/diagnostic.hpp"

#include <functional>
#include <string_view>

namespace left4me {

using IniHandler = std::function<void(unsigned line, std::string_view section, std::string_view key,
                                      std::string_view value)>;

/// Parses `text` with inih and calls `handler` for each key, with the line it stands on.
///
/// inih 55 as Debian builds it misreads some lines without saying so: it cuts a line after 199
/// bytes and parses the rest as a line of its own, takes an indented line for more of the value
/// above, cuts a value at ` ;`, keeps quotes, and takes ':' for '='. Text with such a line is
/// refused before inih sees any of it.
///
/// \return what is wrong; when that holds an error, `handler` was not called
[[nodiscard]] Diagnostics parse_ini(std::string_view text, std::string_view file,
                                    const IniHandler& handler);

} // namespace left4me
