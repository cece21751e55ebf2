#pragma once

#include "generator/text/refusal.hpp"

#include <array>

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

inline constexpr std::array exit_statuses = {
    ExitStatus::done,
    ExitStatus::usage,
    ExitStatus::bad_configuration,
    ExitStatus::no_such_instance,
    ExitStatus::system_call_failed,
    ExitStatus::busy,
    ExitStatus::refused,
};

/// How a program ends that was refused something.
[[nodiscard]] constexpr ExitStatus exit_status_of(Refused kind) {
    constexpr std::array statuses = {ExitStatus::usage, ExitStatus::bad_configuration,
                                     ExitStatus::no_such_instance, ExitStatus::busy,
                                     ExitStatus::refused};
    return statuses.at(static_cast<std::size_t>(kind));
}

} // namespace left4me
