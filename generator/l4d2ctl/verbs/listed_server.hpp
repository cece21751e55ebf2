#pragma once

#include "generator/generate.hpp"
#include "generator/instance/instance.hpp"
#include "generator/l4d2ctl/observe/service_states.hpp"
#include "generator/l4d2ctl/words/server_overview.hpp"

namespace left4me::ctl {

/// A server while it is being looked at.
struct ListedServer {
    ServerOverview overview;
    /// What the generator would make of it, without files when those are what is there; nothing
    /// when it would make nothing.
    const GeneratedInstance* generated = nullptr;
    LoadedService service;
    /// Whether an administrator may have given it another command line than ours.
    bool commanded = false;

    /// What it would be if it were started now, if it could be.
    [[nodiscard]] const Instance* instance() const {
        return generated != nullptr && generated->reading.instance ? &*generated->reading.instance
                                                                   : nullptr;
    }
};

} // namespace left4me::ctl
