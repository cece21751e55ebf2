#pragma once

#include "generator/l4d2ctl/words/text_style.hpp"

namespace left4me::ctl {

/// How to write to standard output: on a terminal as wide as it is, and in colours unless NO_COLOR
/// (no-color.org) or TERM=dumb says otherwise.
[[nodiscard]] TextStyle style_of_standard_output();

} // namespace left4me::ctl
