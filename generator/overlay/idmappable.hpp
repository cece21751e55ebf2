#pragma once

#include "generator/text/refusal.hpp"

#include <string>
#include <string_view>

namespace left4me {

/// Why a layer cannot be idmapped, as far as that can be seen without trying: it lies on an
/// overlay.
///
/// \param directory  of the layer, opened
/// \param path       of it, for errors
/// \throw Refusal
void require_idmappable(int directory, const std::string& path);

/// Why a layer of the sandbox's cannot be used.
///
/// \param why  a clause: "it is ..."
[[nodiscard]] Refusal not_idmappable(const std::string& path, std::string_view why);

} // namespace left4me
