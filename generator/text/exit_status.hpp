#pragma once

#include "generator/text/enum_words.hpp"
#include "generator/text/refusal.hpp"

#include <cstdint>

namespace left4me {

/// The exit codes of left4me-overlay and l4d2ctl: those of sysexits.h that fit.
enum class ExitStatus {
    done = 0,
    usage = 64,
    bad_configuration = 65,
    no_such_instance = 66,
    system_call_failed = 71,
    busy = 75,
    refused = 77,
};

/// Returns the exit status of a program that ends with a Refusal of this kind.
[[nodiscard]] constexpr ExitStatus exit_status_of(Refused kind) {
    constexpr EnumWords<Refused, ExitStatus> statuses = {
        {Refused::usage, ExitStatus::usage},
        {Refused::configuration, ExitStatus::bad_configuration},
        {Refused::no_such_instance, ExitStatus::no_such_instance},
        {Refused::busy, ExitStatus::busy},
        {Refused::policy, ExitStatus::refused},
    };
    return statuses[kind];
}

/// Whether an exit code is one that systemd gives for a program that it could not execute
/// (systemd.exec(5), "Process Exit Codes").
[[nodiscard]] constexpr bool is_exit_code_of_systemd(std::int64_t code) {
    constexpr std::int64_t first = 200;
    constexpr std::int64_t last = 245;
    return code >= first && code <= last;
}

} // namespace left4me
