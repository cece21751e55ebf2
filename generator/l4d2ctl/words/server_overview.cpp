#include "generator/l4d2ctl/words/server_overview.hpp"

#include "generator/instance/instance_name.hpp"
#include "generator/l4d2ctl/words/process_end.hpp"
#include "generator/l4d2ctl/words/service_failure.hpp"
#include "generator/text/printable.hpp"
#include "generator/units/unit_names.hpp"
#include "paths.hpp"

#include <algorithm>
#include <csignal>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace left4me::ctl {

namespace {

constexpr std::uint64_t microseconds = 1'000'000;

bool is_down(const ServerOverview& server) {
    return server.service &&
           (server.service->active == "inactive" || server.service->active == "failed");
}

/// Whether the helper could not unmount it when it stopped.
bool has_left_mount(const ServiceState& service) {
    return service.cleanup.code != 0 && service.cleanup.program.empty();
}

std::string umount_command(const std::string& name) {
    return fmt::format("{} umount {}", paths::helper, name);
}

/// What there is to say of a server that lacks its instance.env.
std::string why_missing(const ServerOverview& server) {
    const bool runs = server.service && server.service->active == "active";
    const Complaint retired = why_retired(server.name);
    if (server.file == FileState::retired && is_down(server))
        return fmt::format("it is down and mounted, and {}, or {}", to_string(retired),
                           umount_command(server.name));
    if (server.file == FileState::retired)
        return fmt::format("{}{}, or systemctl stop {}, which unmounts it",
                           runs ? "it runs on, and " : "it is mounted, and ", to_string(retired),
                           systemctl_name(server.name));
    if (server.enabled)
        return fmt::format("there is no instance.env for it: make one, or systemctl disable "
                           "{}",
                           systemctl_name(server.name));
    if (server.service && server.service->active == "failed")
        return fmt::format("there is no instance.env for it: make one, or, if its name was "
                           "mistyped, systemctl reset-failed {}",
                           systemctl_name(server.name));
    return "there is no instance.env for it any more: systemctl daemon-reload";
}

/// What keeps it from running, or has ended it; "" when nothing has.
///
/// \param left  whether its overlay is still mounted, which is told elsewhere
std::string why_down(const ServerOverview& server, bool left) {
    if (server.file == FileState::unusable || server.file == FileState::refused)
        return server.problem;
    if (!server.service)
        return {};
    const ServiceState& service = *server.service;
    if (service.active != "failed" && service.sub != "auto-restart")
        return {};
    const bool by_unmounting =
        has_left_mount(service) && !is_failure(service.preparation) && service.result != "timeout";
    return left && by_unmounting ? std::string() : why_failed(server);
}

/// Where a drop-in's own command has another port than the file.
std::string other_port(const ServerOverview& server) {
    if (!server.command_port)
        return {};
    return fmt::format("its port is {} by an ExecStart= of its own{}", *server.command_port,
                       server.port
                           ? fmt::format(", and not the {} of its instance.env", *server.port)
                           : std::string());
}

std::string changed_while_it_runs(const ServerOverview& server) {
    const bool waits = std::ranges::count(server.needs_restart, RestartReason::reload) > 0;
    // A start between the change and the reload is told by itself.
    if (!waits || !server.started_between.empty())
        return {};
    return fmt::format("its instance.env has changed since it was started: systemctl "
                       "daemon-reload, and then systemctl restart {}",
                       systemctl_name(server.name));
}

std::string unread(const ServerOverview& server) {
    if (server.unread_file.empty())
        return {};
    return fmt::format("systemd has not read {} since it changed: systemctl daemon-reload",
                       one_line(server.unread_file));
}

} // namespace

std::string state_in_a_word(const ServerOverview& server) {
    const auto& service = server.service;
    if (service && service->active == "active")
        return server.file == FileState::retired ? "retired" : "running";
    if (service && service->active == "activating")
        return service->sub == "auto-restart" ? "restarting" : "starting";
    if (service && service->active == "deactivating")
        return "stopping";
    if (server.masked || (service && service->load == "masked"))
        return "masked";
    if (server.file == FileState::unusable)
        return "broken";
    if (server.file == FileState::refused)
        return "refused";
    if (service && service->active == "failed")
        return "failed";
    if (server.file == FileState::missing)
        return "missing";
    if (server.file == FileState::retired)
        return "retired";
    if (!service)
        return "?";
    if (has_bad_unit(*service))
        return "unusable";
    if (was_skipped(*service))
        return "skipped";
    if (was_ended_by_somebody(*service))
        return "ended";
    return service->active == "inactive" ? "stopped" : service->active;
}

std::optional<bool> is_left_mounted(const ServerOverview& server) {
    if (!server.mounted || !server.service)
        return std::nullopt;
    if (!*server.mounted || !is_down(server))
        return false;
    const ServiceState& service = *server.service;
    if (!server.mounted_at)
        return has_left_mount(service) ? std::optional(true) : std::nullopt;
    // The record has seconds. A stop that could not unmount has tried for some.
    const auto stopped = static_cast<std::int64_t>(service.stopped / microseconds);
    return *server.mounted_at < stopped ||
           (has_left_mount(service) && *server.mounted_at == stopped);
}

std::vector<std::string> what_is_wrong(const ServerOverview& server) {
    if (!server.root_changed.empty())
        return {server.root_changed};
    if (server.file == FileState::retired || server.file == FileState::missing)
        return {why_missing(server)};
    const std::optional<bool> left = is_left_mounted(server);
    std::vector<std::string> sentences = {why_down(server, left.value_or(false))};
    if (server.service)
        sentences.push_back(why_not_started(server));
    sentences.push_back(server.port_taken);
    // Another server's is told already.
    if (server.port_taken.empty() && server.file != FileState::unusable)
        sentences.push_back(server.warning);
    sentences.push_back(changed_while_it_runs(server));
    sentences.push_back(server.restarted);
    sentences.push_back(server.started_between);
    sentences.push_back(server.layers_replaced);
    sentences.push_back(unread(server));
    std::erase(sentences, "");
    if (left.value_or(false))
        sentences.push_back(fmt::format(
            "it is down, and its overlay is still mounted: {}, which names who keeps it",
            umount_command(server.name)));
    else if (is_down(server) && server.mounted.value_or(false) && sentences.empty())
        sentences.emplace_back(
            left ? fmt::format("it is down, and its overlay was mounted by hand: {} takes it down",
                               umount_command(server.name))
                 : "it is down, and its overlay is mounted: whether by hand, only root can see");
    sentences.push_back(other_port(server));
    sentences.push_back(server.file_warning);
    std::erase(sentences, "");
    return sentences;
}

std::string explain_state(const ServerOverview& server) {
    return fmt::format("{}", fmt::join(what_is_wrong(server), "; "));
}

} // namespace left4me::ctl
