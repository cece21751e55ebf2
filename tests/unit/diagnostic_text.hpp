#pragma once

#include "generator/text/diagnostic.hpp"

#include <string>
#include <vector>

namespace left4me {

/// The diagnostics as a person reads them, each behind "error " or "warning ".
[[nodiscard]] std::vector<std::string> text_of(const Diagnostics& diagnostics);

} // namespace left4me
