#include "generator/host/system_error.hpp"
#include "generator/text/exit_status.hpp"
#include "helper/inheritance.hpp"
#include "helper/overlay_command_line.hpp"
#include "helper/verbs/host_context.hpp"
#include "helper/verbs/message_log.hpp"
#include "helper/verbs/overlay_verbs.hpp"
#include "version.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fmt/format.h>
#include <optional>
#include <span>
#include <string>

namespace {

using namespace left4me;

ExitStatus run(const CommandLine& command_line, const std::optional<ServerEnd>& end,
               MessageLog& log) {
    if (!command_line.where.empty())
        require_merged(command_line.instance, command_line.where);

    switch (command_line.verb) {
    case Verb::help:
        fmt::print("{}\n", usage());
        break;
    case Verb::version:
        fmt::print("left4me-systemd {}\n", version);
        break;
    case Verb::umount:
        unmount_instance(command_line.instance, end, log);
        break;
    case Verb::status: {
        const StatusReport report = report_status(command_line.names, command_line.json);
        fmt::print("{}", report.text);
        for (const std::string& problem : report.problems)
            log.write(event_of(report.exit_status), problem);
        return report.exit_status;
    }
    case Verb::mount:
        if (command_line.dry_run)
            fmt::print("{}", describe_mount(command_line.instance, log));
        else
            mount_instance(command_line.instance, log);
        break;
    }
    return ExitStatus::done;
}

ExitStatus run_and_report(std::span<const char* const> arguments, MessageLog& log) {
    try {
        const auto end =
            read_server_end([](const char* variable) { return std::getenv(variable); });
        shed_inheritance();
        const CommandLineReading reading = parse_command_line(arguments);
        if (!reading.command_line) {
            log.write(Event::usage, fmt::format("{}\n{}", reading.problem, usage()));
            return ExitStatus::usage;
        }
        log.set_instance(reading.command_line->instance);
        const ExitStatus status = run(*reading.command_line, end, log);
        // What could not be written was not shown.
        checked(std::fflush(stdout), "write", "standard output");
        return status;
    } catch (const Refusal& refusal) {
        const ExitStatus status = exit_status_of(refusal.kind());
        log.write(event_of(status), refusal.what());
        return status;
    } catch (const SystemError& error) {
        log.write(Event::system_call_failed, explain(error));
        return ExitStatus::system_call_failed;
    } catch (const std::exception& error) {
        log.write(Event::system_call_failed, error.what());
        return ExitStatus::system_call_failed;
    }
}

} // namespace

int main(int argc, char* argv[]) {
    MessageLog log("");
    const ExitStatus status = run_and_report({argv, static_cast<std::size_t>(argc)}, log);
    log.flush();
    return static_cast<int>(status);
}
