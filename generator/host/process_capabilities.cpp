#include "generator/host/process_capabilities.hpp"

#include "generator/host/system_error.hpp"

#include <cerrno>
#include <memory>
#include <sys/capability.h>
#include <type_traits>

namespace left4me {

namespace {

struct FreeCapabilities {
    void operator()(cap_t capabilities) const { ::cap_free(capabilities); }
};

using Capabilities = std::unique_ptr<std::remove_pointer_t<cap_t>, FreeCapabilities>;

Capabilities held_capabilities() {
    Capabilities held(::cap_get_proc());
    if (!held)
        throw SystemError("capget", "", errno);
    return held;
}

cap_flag_value_t value_of(const Capabilities& held, int capability, cap_flag_t flag) {
    cap_flag_value_t value = CAP_CLEAR;
    ::cap_get_flag(held.get(), capability, flag, &value);
    return value;
}

} // namespace

bool has_capability(int capability) {
    return value_of(held_capabilities(), capability, CAP_EFFECTIVE) == CAP_SET;
}

void keep_capabilities(std::span<const int> wanted) {
    const Capabilities held = held_capabilities();
    const Capabilities kept(::cap_init());
    if (!kept)
        throw SystemError("cap_init", "", errno);
    for (const int capability : wanted) {
        const cap_flag_value_t value = value_of(held, capability, CAP_PERMITTED);
        ::cap_set_flag(kept.get(), CAP_PERMITTED, 1, &capability, value);
        ::cap_set_flag(kept.get(), CAP_EFFECTIVE, 1, &capability, value);
    }
    checked(::cap_set_proc(kept.get()), "capset", "");
}

} // namespace left4me
