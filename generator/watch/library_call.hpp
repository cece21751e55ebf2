#pragma once

#include "generator/host/system_error.hpp"

#include <string_view>

namespace left4me::watch {

/// Returns `result` of a function of libsystemd, which is a negative errno if it failed.
///
/// \throw SystemError (`call`, "systemd") if it failed
inline int require(int result, std::string_view call) {
    if (result < 0)
        throw SystemError(call, "systemd", -result);
    return result;
}

} // namespace left4me::watch
