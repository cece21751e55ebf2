#include "helper/silent/silent_server.hpp"

#include "generator/host/instance_files.hpp"
#include "generator/host/system_error.hpp"
#include "generator/instance/instance_keys.hpp"
#include "generator/text/refusal.hpp"
#include "helper/silent/server_unit.hpp"

#include <cerrno>
#include <csignal>
#include <fmt/format.h>

// glibc before 2.37 has forgotten that C++ might include it.
extern "C" {
#include <sys/pidfd.h>
}

namespace left4me {

namespace {

/// The owner of instance.env has the last word, and not the watcher.
void require_permission(const std::string& name, const HostTree& tree,
                        const HostConfiguration& configuration) {
    const auto reading =
        InstanceFiles(tree, configuration, configuration.instance_directories).read(name);
    if (!reading)
        refuse({"it has no instance.env", ""}, Refused::no_such_instance);
    if (!reading->instance)
        throw Refusal(Refused::configuration, reading->diagnostics);
    if (reading->instance->health != Health::restart)
        refuse({fmt::format("its instance.env does not say {}={}", instance_key::health.name,
                            health_words[Health::restart]),
                "systemctl daemon-reload, since left4me-watch goes by what systemd has read"});
}

/// Refuses a run that is not the one meant, or is about to end anyway.
void require_meant(const ServerUnitState& state, const EndRequest& request) {
    if (state.invocation != request.invocation)
        refuse({"the run that is meant has ended", ""}, Refused::busy);
    if (state.active != "active" || state.main_process <= 0)
        refuse({fmt::format("it is {}", state.active), ""}, Refused::busy);
    if (state.has_job)
        refuse({"it is being stopped or restarted", ""}, Refused::busy);
}

} // namespace

void end_silent_server(const std::string& name, const EndRequest& request, const HostTree& tree,
                       const HostConfiguration& configuration) {
    require_permission(name, tree, configuration);
    const ServerUnit unit(name);
    const ServerUnitState state = unit.look();
    require_meant(state, request);
    const FileDescriptor process(::pidfd_open(state.main_process, 0));
    checked(process.get(), "pidfd_open", name);
    // Nobody else gets the number of a process that systemd has not waited for. So what is still
    // the main process now is the one that was opened.
    if (unit.look() != state)
        refuse({"it is being stopped or restarted", ""}, Refused::busy);
    checked(::pidfd_send_signal(process.get(), SIGABRT, nullptr, 0), "pidfd_send_signal", name);
}

} // namespace left4me
