#pragma once

#include "generator/generate.hpp"
#include "generator/instance/instance.hpp"
#include "generator/l4d2ctl/observe/service_states.hpp"
#include "generator/l4d2ctl/words/server_overview.hpp"

#include <string>

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
    /// Whether one of its own unit files or drop-ins may have.
    bool commanded_itself = false;
    /// A unit file of an administrator's that has changed since the last reload; systemd may have
    /// read it since, and "" where there is none.
    std::string changed_file;
    /// Whether its overlay was mounted by what its instance.env says now, and its process was
    /// started with other arguments.
    bool is_mounted_by_file = false;
    bool has_other_arguments = false;

    /// What it would be if it were started now, if it could be.
    [[nodiscard]] const Instance* instance() const {
        return generated != nullptr && generated->reading.instance ? &*generated->reading.instance
                                                                   : nullptr;
    }
};

} // namespace left4me::ctl
