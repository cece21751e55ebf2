#pragma once

#include "generator/text/diagnostic.hpp"

#include <functional>
#include <string_view>

namespace left4me {

/// Takes one key and its value, both without blanks around them; `line` is counted from 1, and
/// `section` is "" before the first one.
using IniHandler = std::function<void(unsigned line, std::string_view section, std::string_view key,
                                      std::string_view value)>;

/// Parses `text` with inih and calls `handler` for each key, in the order of the text.
///
/// inih 55 as Debian builds it misreads some lines without saying so. It cuts a line after 199
/// bytes and a section after 49. It takes an indented line for more of the value above, cuts a
/// value at ` ;`, keeps quotes, and takes ':' for '='. If `text` has such a line, or a control
/// character, inih sees nothing of it.
///
/// \param file  the path of the text, for diagnostics
/// \return errors, one for each such line, and `handler` was not called. If there are none, one for
///         the first line that inih refuses; `handler` was called for the others.
/// \throw what `handler` throws
[[nodiscard]] Diagnostics parse_ini(std::string_view text, std::string_view file,
                                    const IniHandler& handler);

} // namespace left4me
