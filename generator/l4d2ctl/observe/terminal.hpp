#pragma once

#include "generator/l4d2ctl/words/text_style.hpp"

namespace left4me::ctl {

/// How to write to standard output.
///
/// \return on a terminal, its width (80 if that is not known), and colours unless NO_COLOR
///         (no-color.org) is set or TERM is `dumb`; elsewhere neither
[[nodiscard]] TextStyle style_of_standard_output();

} // namespace left4me::ctl
