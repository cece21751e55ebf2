// left4me-await-empty: waits until nobody plays on a server, or on the first of several. It looks
// only, and runs as left4me-watch's user; whoever started it restarts the server.

#include "generator/await/answer_notices.hpp"
#include "generator/await/changed_servers.hpp"
#include "generator/await/empty_wait.hpp"
#include "generator/host/host_tree.hpp"
#include "generator/host/read_file.hpp"
#include "generator/host/system_error.hpp"
#include "generator/instance/instance_name.hpp"
#include "generator/text/exit_status.hpp"
#include "generator/watch/answer_files.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <exception>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <span>
#include <systemd/sd-daemon.h>
#include <unistd.h>

namespace {

using namespace left4me;
using namespace left4me::await;

constexpr const char* usage =
    "usage: left4me-await-empty NAME\n"
    "       l4d2ctl list --json | left4me-await-empty --changed [NAME...]";
/// At least as often it looks whether patience has come to an end.
constexpr std::chrono::seconds longest_pause{10};
/// For systemctl status, which shows one line.
constexpr std::size_t most_named = 10;
/// Of what l4d2ctl prints.
constexpr std::size_t largest_list = std::size_t{64} * 1024 * 1024;

std::vector<EmptyWait> waits_for(const std::vector<std::string>& names) {
    std::vector<EmptyWait> waits;
    waits.reserve(names.size());
    for (const std::string& name : names)
        waits.emplace_back(name, std::chrono::steady_clock::now());
    return waits;
}

/// For `systemctl status`, where systemd has started this.
void show_status(const std::vector<EmptyWait>& waits) {
    std::vector<std::string> parts;
    for (const EmptyWait& wait : waits)
        if (parts.size() < most_named)
            parts.push_back(fmt::format("{} ({})", wait.name(), wait.reason()));
    if (waits.size() > parts.size())
        parts.push_back(fmt::format("{} more", waits.size() - parts.size()));
    sd_notify(
        0, fmt::format("STATUS=Waiting until nobody plays on {}", fmt::join(parts, ", ")).c_str());
}

/// Waits for the first server, or servers, of which there is something to say.
void wait_for_first(std::vector<EmptyWait>& waits) {
    const HostTree tree("/");
    AnswerNotices notices;
    const auto is_settled = [](const EmptyWait& wait) {
        return wait.state() != EmptyWait::State::waiting;
    };
    for (;;) {
        const auto now = std::chrono::steady_clock::now();
        for (EmptyWait& wait : waits)
            wait.see(watch::read_answer_file(tree, wait.name()), now);
        show_status(waits);
        if (std::ranges::any_of(waits, is_settled))
            return;
        notices.wait(longest_pause);
    }
}

void say(const EmptyWait& wait) {
    fmt::print(stderr, "{}: not restarted: {}\n", wait.name(), wait.reason());
}

ExitStatus await_one(const std::string& name) {
    std::vector<EmptyWait> waits = waits_for({name});
    wait_for_first(waits);
    if (waits.front().state() == EmptyWait::State::empty)
        return ExitStatus::done;
    say(waits.front());
    return ExitStatus::busy;
}

/// Of those that need a restart, prints "leave NAME" for each of which nobody can tell who plays,
/// and "restart NAME" for one where nobody does: for the next, somebody may come meanwhile. Prints
/// nothing if there are none.
ExitStatus await_changed(std::span<const char* const> settled) {
    const FileReading list = read_whole(STDIN_FILENO, largest_list);
    auto names = servers_to_restart(list.text);
    if (!names) {
        fmt::print(stderr, "standard input is not what l4d2ctl list --json prints\n");
        return ExitStatus::bad_configuration;
    }
    std::erase_if(*names, [&](const std::string& name) {
        return std::ranges::find(settled, name) != settled.end();
    });
    if (names->empty())
        return ExitStatus::done;
    std::vector<EmptyWait> waits = waits_for(*names);
    wait_for_first(waits);
    for (const EmptyWait& wait : waits)
        if (wait.state() == EmptyWait::State::failed) {
            say(wait);
            fmt::print("leave {}\n", wait.name());
        }
    const auto empty = std::ranges::find(waits, EmptyWait::State::empty, &EmptyWait::state);
    if (empty != waits.end())
        fmt::print("restart {}\n", empty->name());
    return ExitStatus::done;
}

ExitStatus run(std::span<const char* const> arguments) {
    if (arguments.size() == 1 && is_instance_name(arguments.front()))
        return await_one(arguments.front());
    if (!arguments.empty() && arguments.front() == std::string_view("--changed"))
        return await_changed(arguments.subspan(1));
    fmt::print(stderr, "{}\n", usage);
    return ExitStatus::usage;
}

} // namespace

int main(int argc, char* argv[]) {
    try {
        const ExitStatus status =
            run(std::span<const char* const>(argv, static_cast<std::size_t>(argc)).subspan(1));
        checked(std::fflush(stdout), "write", "standard output");
        return static_cast<int>(status);
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}\n", error.what());
        return static_cast<int>(ExitStatus::system_call_failed);
    }
}
