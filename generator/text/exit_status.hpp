#pragma once

#include "generator/text/diagnostic.hpp"
#include "generator/text/objection.hpp"

#include <array>
#include <stdexcept>
#include <string>
#include <utility>

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
        : std::runtime_error(message), m_status(status), m_objection{message, {}} {}

    VerbFailure(ExitStatus status, Objection objection)
        : std::runtime_error(to_string(objection)), m_status(status),
          m_objection(std::move(objection)) {}

    VerbFailure(ExitStatus status, const Diagnostic& diagnostic)
        : std::runtime_error(to_string(diagnostic)),
          m_status(status), m_objection{diagnostic.problem, diagnostic.remedy} {}

    [[nodiscard]] ExitStatus status() const { return m_status; }

    /// The message without the place that it is about; without a remedy where it was made of a
    /// string.
    [[nodiscard]] const Objection& objection() const { return m_objection; }

  private:
    ExitStatus m_status;
    Objection m_objection;
};

} // namespace left4me
