#pragma once

#include <string_view>

namespace left4me {

/// Whether systemd takes `text` for UTF-8: shortest forms only, no surrogates, nothing above
/// U+10FFFF and no noncharacters (U+FDD0–U+FDEF and the last two code points of every plane).
[[nodiscard]] bool is_valid_utf8(std::string_view text);

} // namespace left4me
