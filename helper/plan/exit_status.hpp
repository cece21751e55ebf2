#pragma once

#include <array>
#include <stdexcept>
#include <string>

namespace left4me {

/// The exit codes of left4me-overlay: those of sysexits.h that fit.
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

/// Why a verb ended without doing what it was asked, in words for whoever asked. A failed system
/// call is a SystemError instead.
class VerbFailure : public std::runtime_error {
  public:
    VerbFailure(ExitStatus status, const std::string& message)
        : std::runtime_error(message), m_status(status) {}

    [[nodiscard]] ExitStatus status() const { return m_status; }

  private:
    ExitStatus m_status;
};

} // namespace left4me
