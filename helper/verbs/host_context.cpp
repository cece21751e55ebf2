#include "helper/verbs/host_context.hpp"

#include "generator/host/host_configuration_files.hpp"
#include "generator/text/refusal.hpp"
#include "helper/verbs/failure_advice.hpp"
#include "paths.hpp"

#include <fmt/format.h>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

namespace left4me {

std::string explain(const SystemError& error) {
    const std::string_view advice = failure_advice(error.call(), error.path(), error.error());
    return fmt::format("{}{}{}", error.what(), advice.empty() ? "" : ": ", advice);
}

void require_root() {
    if (::geteuid() != 0)
        refuse({"only root can do this", "call it with sudo"});
}

void require_mount_namespace(const char* verb, const std::string& instance) {
    require_root();
    // Only in that of PID 1 a mount is the host's, and only from there an unmount is not kept busy
    // by the namespace it runs in.
    struct stat own = {};
    struct stat of_pid_1 = {};
    checked(::stat("/proc/self/ns/mnt", &own), "stat", "/proc/self/ns/mnt");
    checked(::stat("/proc/1/ns/mnt", &of_pid_1), "stat", "/proc/1/ns/mnt");
    if (own.st_dev != of_pid_1.st_dev || own.st_ino != of_pid_1.st_ino)
        refuse({"not in the host's mount namespace",
                fmt::format("call it as nsenter --mount=/proc/1/ns/mnt -- {} {} {}", paths::helper,
                            verb, instance)});
}

HostConfiguration load_host_configuration(const HostTree& tree) {
    HostConfigurationReading host = read_host_configuration(tree);
    if (!host.configuration)
        throw Refusal(Refused::configuration, host.diagnostics);
    return *std::move(host.configuration);
}

} // namespace left4me
