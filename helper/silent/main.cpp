// left4me-end-silent: takes left4me-watch's requests to end servers that have gone silent, and acts
// on those that are what they should be.

#include "generator/host/system_error.hpp"
#include "generator/instance/instance_name.hpp"
#include "generator/text/exit_status.hpp"
#include "helper/silent/request_directory.hpp"
#include "helper/silent/silent_server.hpp"
#include "helper/verbs/host_context.hpp"
#include "helper/verbs/message_log.hpp"

#include <algorithm>
#include <exception>
#include <fmt/format.h>
#include <string>

namespace {

using namespace left4me;

constexpr const char* program = "left4me-end-silent";
constexpr const char* not_ended = "left4me-watch's request to end it for its silence is not "
                                  "followed";

void follow(const TakenRequest& taken, const HostTree& tree, const HostConfiguration& configuration,
            MessageLog& log) {
    if (!is_instance_name(taken.name)) {
        log.write(Event::refused,
                  fmt::format("{}: it is about {}, which is {}", not_ended, printable(taken.name),
                              instance_name_rule(taken.name)));
        return;
    }
    log.set_instance(taken.name);
    if (!taken.request) {
        log.write(Event::refused, fmt::format("{}: {}", not_ended, taken.problem));
        return;
    }
    try {
        end_silent_server(taken.name, *taken.request, tree, configuration);
        log.write(Event::silent_server_ended,
                  fmt::format("it has not answered for {} s, and was ended with SIGABRT, so that "
                              "it is started again (L4D2_HEALTH=restart)",
                              taken.request->silent_seconds));
    } catch (const Refusal& refusal) {
        log.write(event_of(exit_status_of(refusal.kind())),
                  fmt::format("{}: {}", not_ended, refusal.what()));
    } catch (const SystemError& error) {
        log.write(Event::system_call_failed, fmt::format("{}: {}", not_ended, explain(error)));
    }
}

/// \return whether none is left
bool follow_all() {
    const HostTree tree("/");
    // Before any is taken: a request is made only once.
    const HostConfiguration configuration = load_host_configuration(tree);
    const auto requests = RequestDirectory().take_all();
    for (const TakenRequest& taken : requests) {
        MessageLog log("", program);
        follow(taken, tree, configuration, log);
        log.flush();
    }
    return std::ranges::none_of(requests, &TakenRequest::is_left);
}

ExitStatus run_and_report(MessageLog& log) {
    try {
        require_root();
        // After a failure, systemd waits before it starts this again.
        return follow_all() ? ExitStatus::done : ExitStatus::system_call_failed;
    } catch (const Refusal& refusal) {
        const ExitStatus status = exit_status_of(refusal.kind());
        log.write(event_of(status), refusal.what());
        return status;
    } catch (const std::exception& error) {
        log.write(Event::system_call_failed, error.what());
        return ExitStatus::system_call_failed;
    }
}

} // namespace

int main() {
    MessageLog log("", program);
    const ExitStatus status = run_and_report(log);
    log.flush();
    return static_cast<int>(status);
}
