#include "generator/l4d2ctl/words/service_failure.hpp"

#include "generator/instance/game.hpp"
#include "generator/l4d2ctl/words/process_end.hpp"
#include "generator/l4d2ctl/words/text_style.hpp"
#include "generator/text/exit_status.hpp"
#include "generator/units/unit_names.hpp"
#include "paths.hpp"

#include <csignal>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace left4me::ctl {

namespace {

constexpr std::uint64_t microseconds = 1'000'000;
/// systemd's for what it could not execute (systemd.exec(5), "Process Exit Codes").
constexpr std::int64_t could_not_execute = 203;
constexpr std::int64_t no_such_user = 217;

/// With what its unit was given for it.
std::string limit(const char* key, std::uint64_t value) {
    return value == TimeLimits::infinite
               ? std::string(key)
               : fmt::format("{}={}", key, human_span(value / microseconds));
}

class Explainer {
  public:
    explicit Explainer(const ServerOverview& server)
        : m_server(server), m_service(*server.service), m_unit(systemctl_name(server.name)) {}

    [[nodiscard]] std::string explain() const {
        if (m_service.result == "timeout")
            return why_timed_out();
        if (m_service.preparation.code != 0)
            return why_not_prepared();
        if (m_service.server.code != 0 && !m_server.server_fault.empty())
            return m_server.server_fault;
        if (m_service.cleanup.code != 0)
            return why_not_cleaned_up();
        if (m_service.server.code == CLD_EXITED && m_service.server.status == could_not_execute)
            return fmt::format("{} could not be executed: l4d2ctl check {}", game::program,
                               m_server.name);
        if (m_service.result == "start-limit-hit")
            return why_given_up();
        if (m_service.result == "oom-kill")
            return fmt::format("the machine or its limit was out of memory: {}", log());
        if (m_service.server.code != 0)
            return why_ended();
        if (m_service.result == "exit-code" || m_service.result == "signal")
            return fmt::format("it failed before the last reload, which has made systemd forget "
                               "what it was: {}, or {}",
                               start(), log());
        return fmt::format("it could not be started ({}): {}", m_service.result, look());
    }

  private:
    [[nodiscard]] std::string look() const { return "systemctl status " + m_unit; }

    /// What the server has printed is in the journal, and `systemctl status` shows ten lines, and
    /// from version 257 on only those of the last start.
    [[nodiscard]] std::string log() const {
        return fmt::format("journalctl -eu {} shows what it said last", m_unit);
    }

    [[nodiscard]] std::string start() const {
        return fmt::format(
            "{}systemctl start {}",
            m_server.needs_reload.value_or(false) ? "systemctl daemon-reload, and then " : "",
            m_unit);
    }

    [[nodiscard]] std::string why_ended() const {
        const std::string restarts = m_service.restarts == 0
                                         ? std::string()
                                         : fmt::format(", restarts so far: {}", m_service.restarts);
        if (m_service.server.code == CLD_EXITED && m_service.server.status == 0 &&
            m_service.sub != "auto-restart")
            return fmt::format("the server ended with exit code 0, and its unit failed ({}){}: {}",
                               m_service.result, restarts, look());
        return fmt::format("the server ended with {}{}: {}", in_words(m_service.server), restarts,
                           log());
    }

    [[nodiscard]] std::string why_timed_out() const {
        const TimeLimits limits = m_service.limits.value_or(TimeLimits());
        if (was_killed(m_service.preparation))
            return fmt::format("{} took longer than {}, and was ended: {}",
                               m_service.preparation.program.empty()
                                   ? "mounting it"
                                   : "ExecStartPre=" + m_service.preparation.program,
                               limit("TimeoutStartSec", limits.start), look());
        if (was_killed(m_service.cleanup))
            return fmt::format("{} took longer than {}, and was ended: {}",
                               m_service.cleanup.program.empty()
                                   ? "unmounting it"
                                   : "ExecStopPost=" + m_service.cleanup.program,
                               limit("TimeoutStopSec", limits.stop), after_stop());
        if (!m_service.limits)
            return fmt::format("it took too long to start or to stop, or ran for longer than "
                               "RuntimeMaxSec=: {}",
                               look());
        if (m_service.sub == "failed" && limits.active_from < limits.began)
            return fmt::format("it did not start within {}: {}",
                               limit("TimeoutStartSec", limits.start), look());
        if (limits.run != TimeLimits::infinite &&
            limits.active_until - limits.active_from >= limits.run)
            return fmt::format("it ran for as long as {0} lets it, and was ended: systemctl cat "
                               "{1} shows where that is set, and systemctl edit {1} sets another",
                               limit("RuntimeMaxSec", limits.run), m_unit);
        if (!was_killed_for_good(m_service.server))
            return fmt::format("an ExecStop= of its unit took longer than {0}, and was ended: "
                               "systemctl cat {1} shows it, and systemctl reset-failed {1} clears "
                               "the failure",
                               limit("TimeoutStopSec", limits.stop), m_unit);
        return fmt::format(
            "it did not end within {0} of {1}, which stops it, and was killed: "
            "systemctl reset-failed {2} clears the failure, and if it was only slow, "
            "systemctl edit {2} gives it longer",
            limit("TimeoutStopSec", limits.stop),
            signal_name(m_service.stop_signal == 0 ? SIGINT : m_service.stop_signal), m_unit);
    }

    [[nodiscard]] std::string after_stop() const {
        return m_server.mounted.value_or(true)
                   ? fmt::format("{} umount {}", paths::helper, m_server.name)
                   : "systemctl reset-failed " + m_unit;
    }

    [[nodiscard]] std::string why_not_prepared() const {
        const ProcessEnd& end = m_service.preparation;
        if (exited_with(end, ExitStatus::no_such_instance))
            return fmt::format("{}: {}",
                               m_server.needs_reload.value_or(false)
                                   ? "systemd has not read its instance.env"
                                   : "when it was started, there was no instance.env, or systemd "
                                     "had not read it",
                               start());
        if (end.code == CLD_EXITED && end.status == no_such_user)
            return fmt::format("there is no user of the name in User= of its unit: systemctl cat "
                               "{} shows which, and RuntimeUser= of left4me.conf may say it",
                               m_unit);
        if (was_not_executed(end))
            return fmt::format("systemd could not execute what runs before the server, since a "
                               "setting of the unit does not work: systemd-analyze exit-status {} "
                               "names its kind, and systemctl cat {} shows it",
                               end.status, m_unit);
        if (!end.program.empty())
            return fmt::format("ExecStartPre={}, which runs before it, ended with {}: {}",
                               end.program, in_words(end), look());
        if (was_refused(m_service))
            return why_refused();
        if (exited_with(end, ExitStatus::busy))
            return fmt::format("left4me-overlay could not mount it, since what was mounted before "
                               "is in use: {}",
                               look());
        return fmt::format("left4me-overlay could not mount it, and ended with {}: {}",
                           in_words(end), look());
    }

    [[nodiscard]] std::string why_refused() const {
        constexpr const char* refused = "left4me-overlay refused to mount it";
        if (!m_server.refusal)
            return fmt::format("{}: {}, or as root l4d2ctl list {}, says why", refused, look(),
                               m_server.name);
        if (m_server.refusal->empty())
            return fmt::format(
                "{}, for what is mended, or is in its upper: l4d2ctl check {}, and then {}",
                refused, m_server.name, start());
        return fmt::format("{}: {}", refused, *m_server.refusal);
    }

    [[nodiscard]] std::string why_not_cleaned_up() const {
        const ProcessEnd& end = m_service.cleanup;
        if (!end.program.empty())
            return fmt::format("ExecStopPost={}, which runs after it, ended with {}: {}",
                               end.program, in_words(end), look());
        if (m_server.mounted.value_or(true))
            return fmt::format("it could not be unmounted when it stopped: {}", look());
        return fmt::format(
            "{}, and is not mounted any more: systemctl reset-failed {}",
            exited_with(end, ExitStatus::busy)
                ? "it was busy and could not be unmounted when it stopped"
                : fmt::format("its unmounting ended with {} when it stopped", in_words(end)),
            m_unit);
    }

    /// A start that the limit refuses leaves the result of the failure before it, if there was
    /// one: so this may be hit by a server that never failed, but was started again and again, by
    /// systemd, by hand or by both.
    [[nodiscard]] std::string why_given_up() const {
        const auto& start_limit = m_service.start_limit;
        const std::string often =
            start_limit ? fmt::format(", more than {} times within {} s", start_limit->starts,
                                      start_limit->interval / microseconds)
                        : std::string();
        if (m_service.restarts == 0 && is_failure(m_service.server))
            return fmt::format("the server ended with {}, and was started too often{}: {}",
                               in_words(m_service.server), often, log());
        const std::string again =
            fmt::format("systemctl reset-failed {}, and then start it", m_unit);
        if (m_service.restarts == 0)
            return fmt::format("it was started too often{}: {}", often, again);
        return fmt::format("it was started too often{}, of which {} {} systemd's doing after it "
                           "had ended{}: {}; {}",
                           often, m_service.restarts, m_service.restarts == 1 ? "was" : "were",
                           m_service.server.code == 0
                               ? std::string()
                               : fmt::format(", the last time with {}", in_words(m_service.server)),
                           log(), again);
    }

    const ServerOverview& m_server;
    const ServiceState& m_service;
    std::string m_unit;
};

} // namespace

std::string why_failed(const ServerOverview& server) {
    return Explainer(server).explain();
}

bool was_refused(const ServiceState& service) {
    const ProcessEnd& end = service.preparation;
    return end.program.empty() && (exited_with(end, ExitStatus::refused) ||
                                   exited_with(end, ExitStatus::bad_configuration));
}

bool has_bad_unit(const ServiceState& service) {
    return service.load == "bad-setting" || service.load == "error";
}

bool was_skipped(const ServiceState& service) {
    return service.active == "inactive" &&
           (!service.unmet.empty() || service.result == "exec-condition");
}

bool has_quit(const ServiceState& service) {
    return service.active == "inactive" && service.server.code == CLD_EXITED &&
           service.server.status == 0 && service.server_ended <= service.left_active;
}

bool was_ended_by_somebody(const ServiceState& service) {
    return service.active == "inactive" && was_killed(service.server) && service.stop_signal != 0 &&
           service.server.status != service.stop_signal && !is_failure(service.server);
}

std::string why_not_started(const ServerOverview& server) {
    const ServiceState& service = *server.service;
    const bool is_down = service.active == "inactive" || service.active == "failed";
    if (is_down && (server.masked || service.load == "masked"))
        return fmt::format("it is masked, and is not started: systemctl unmask {}",
                           systemctl_name(server.name));
    if (has_bad_unit(service))
        return fmt::format("systemd cannot use its unit ({}): systemd-analyze verify "
                           "l4d2@{}.service names the file and the line",
                           service.load, server.name);
    if (service.result == "exec-condition" && was_skipped(service))
        return fmt::format("it was not started, since ExecCondition= of its unit did not let it: "
                           "systemctl cat {} shows that",
                           systemctl_name(server.name));
    if (was_skipped(service))
        return fmt::format("it was not started, since {} of its unit did not hold: see to it, and "
                           "then systemctl start {}",
                           fmt::join(service.unmet, ", "), systemctl_name(server.name));
    if (was_ended_by_somebody(service))
        return fmt::format("somebody ended it with {}, which is not how systemd stops it: "
                           "systemctl start {}",
                           signal_name(service.server.status), systemctl_name(server.name));
    if (has_quit(service))
        return fmt::format("its server ended by itself, with exit code 0, as after the command "
                           "quit: journalctl -eu {0} shows what it said last, and systemctl start "
                           "{0} starts it",
                           systemctl_name(server.name));
    return {};
}

} // namespace left4me::ctl
