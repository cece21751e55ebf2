#include "generator/l4d2ctl/words/process_end.hpp"

#include <csignal>
#include <cstring>
#include <fmt/format.h>

namespace left4me::ctl {

bool exited_with(const ProcessEnd& end, ExitStatus status) {
    return end.code == CLD_EXITED && end.status == static_cast<int>(status);
}

bool was_killed(const ProcessEnd& end) {
    return end.code == CLD_KILLED || end.code == CLD_DUMPED;
}

bool was_killed_for_good(const ProcessEnd& end) {
    return was_killed(end) && (end.status == SIGKILL || end.status == SIGABRT);
}

bool was_not_executed(const ProcessEnd& end) {
    return end.code == CLD_EXITED && is_exit_code_of_systemd(end.status);
}

std::string signal_name(std::int64_t number) {
    const char* const name = ::sigabbrev_np(static_cast<int>(number));
    return name == nullptr ? fmt::format("signal {}", number) : fmt::format("SIG{}", name);
}

std::string in_words(const ProcessEnd& end) {
    return end.code == CLD_EXITED
               ? fmt::format("exit code {}", end.status)
               : signal_name(end.status) + (end.code == CLD_DUMPED ? " and dumped core" : "");
}

bool is_failure(const ProcessEnd& end) {
    // These signals end a stop (systemd.service(5), SuccessExitStatus=).
    if (end.code == 0 || end.code == CLD_EXITED)
        return end.code != 0 && end.status != 0;
    return end.code != CLD_KILLED || (end.status != SIGHUP && end.status != SIGINT &&
                                      end.status != SIGTERM && end.status != SIGPIPE);
}

} // namespace left4me::ctl
