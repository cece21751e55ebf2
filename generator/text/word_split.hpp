#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace left4me {

/// Splits `text` into words as systemd splits `$VAR` standing alone in a command line
/// (systemd.service(5), "Command lines"): at blanks, with single and double quotes removed and a
/// backslash, inside quotes too, taking the next character as it is. A quote left open runs to the
/// end, and a backslash at the very end is dropped.
[[nodiscard]] std::vector<std::string> split_words(std::string_view text);

} // namespace left4me
