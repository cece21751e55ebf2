#pragma once

#include "generator/l4d2ctl/words/server_overview.hpp"

#include <string>

namespace left4me::ctl {

/// For programs: packaging/schema/l4d2ctl-list.schema.json. Within a version fields are added and
/// never change. Bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string to_json(const Overview& overview);

} // namespace left4me::ctl
