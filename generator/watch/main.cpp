#include "generator/host/host_configuration_files.hpp"
#include "generator/host/system_error.hpp"
#include "generator/text/exit_status.hpp"
#include "generator/text/printable.hpp"
#include "generator/watch/event_loop.hpp"
#include "generator/watch/watcher.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <systemd/sd-daemon.h>

namespace {

using namespace left4me;
using namespace left4me::watch;

void say_error(std::string_view text) {
    // There is nowhere left to say that this failed.
    [[maybe_unused]] const int written =
        std::fputs((SD_ERR + escape_control_characters(text) + "\n").c_str(), stderr);
}

WatchSettings read_settings() {
    const HostConfigurationReading reading =
        read_host_configuration(HostTree("/"), Denied::pass_over);
    if (!reading.configuration)
        throw Refusal(Refused::configuration, reading.diagnostics);
    return {reading.configuration->watch_interval, reading.configuration->silence_limit};
}

/// systemd's stop ends the loop as it ends everything.
void end_with(EventLoop& loop, int signal) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal);
    checked(::sigprocmask(SIG_BLOCK, &set, nullptr), "sigprocmask", "");
    require(sd_event_add_signal(loop.get(), nullptr, signal, nullptr, nullptr),
            "sd_event_add_signal");
}

/// Watches until it is stopped.
///
/// \return what to exit with
int run_and_report(bool is_called_rightly) {
    try {
        if (!is_called_rightly)
            refuse({"left4me-watch takes no arguments", "systemctl start left4me-watch.service"},
                   Refused::usage);
        const WatchSettings settings = read_settings();
        EventLoop loop;
        end_with(loop, SIGTERM);
        end_with(loop, SIGINT);
        const Watcher watcher(loop, settings);
        // Nothing else ends it so.
        if (loop.run() != EXIT_SUCCESS)
            throw SystemError("sd_bus", "the system bus", ECONNRESET);
        return EXIT_SUCCESS;
    } catch (const Refusal& refusal) {
        say_error(refusal.what());
        return static_cast<int>(exit_status_of(refusal.kind()));
    } catch (const std::exception& error) {
        say_error(error.what());
        return static_cast<int>(ExitStatus::system_call_failed);
    }
}

} // namespace

// All that may be thrown is caught above.
// NOLINTNEXTLINE(bugprone-exception-escape)
int main(int argc, char* /*argv*/[]) {
    return run_and_report(argc == 1);
}
