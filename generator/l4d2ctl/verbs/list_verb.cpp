#include "l4d2ctl/verbs/verbs.hpp"

#include "plan/exit_status.hpp"

namespace left4me::ctl {

VerbResult list_instances(const CommandLine& /*command_line*/) {
    throw VerbFailure(ExitStatus::system_call_failed, "not there yet");
}

} // namespace left4me::ctl
