#pragma once

#include "generate.hpp"
#include "instance/instance.hpp"
#include "l4d2ctl/observe/service_states.hpp"
#include "l4d2ctl/view/server_overview.hpp"

#include <future>
#include <span>
#include <vector>

namespace left4me::ctl {

/// A server while it is being looked at.
struct ListedServer {
    ServerOverview overview;
    /// What the generator would make of it, without files when those are what is there; nothing
    /// when it would make nothing.
    const GeneratedInstance* generated = nullptr;
    const LoadedService* service = nullptr;
    /// Whether an administrator may have changed its units.
    bool edited = false;

    [[nodiscard]] bool runs() const {
        return service != nullptr && service->state.active == "active";
    }

    /// What it would be if it were started now, if it could be.
    [[nodiscard]] const Instance* instance() const {
        return generated != nullptr && generated->reading.instance ? &*generated->reading.instance
                                                                   : nullptr;
    }
};

/// Two halves at a time: what is done to each of a thousand servers waits for the kernel.
template <typename Action>
void for_each_in_parallel(const std::vector<ListedServer*>& servers, const Action& action) {
    const auto run = [&action](std::span<ListedServer* const> some) {
        for (ListedServer* const server : some)
            action(*server);
    };
    const std::span<ListedServer* const> all(servers);
    std::future<void> second = std::async(std::launch::async, run, all.subspan(all.size() / 2));
    run(all.first(all.size() / 2));
    second.get();
}

} // namespace left4me::ctl
