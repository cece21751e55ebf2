#pragma once

#include "generator/text/diagnostic.hpp"

#include <optional>
#include <stdexcept>
#include <utility>

namespace left4me {

/// Why something was refused.
enum class Refused {
    /// It was called wrongly.
    usage,
    /// instance.env or left4me.conf cannot be used.
    configuration,
    no_such_instance,
    /// Somebody is in the way for now.
    busy,
    /// It is not allowed, or could do harm.
    policy,
};

/// Ends what was asked for without doing it, in words for whoever asked. A failed system call is a
/// SystemError instead.
class Refusal : public std::runtime_error {
  public:
    /// \param complaint  also what(), as to_string() puts it
    Refusal(Refused kind, Complaint complaint)
        : std::runtime_error(to_string(complaint)), m_kind(kind),
          m_complaint(std::move(complaint)) {}

    /// \param diagnostic  its file and line stand in what(), and not in complaint()
    Refusal(Refused kind, const Diagnostic& diagnostic)
        : std::runtime_error(to_string(diagnostic)), m_kind(kind),
          m_complaint(diagnostic.complaint) {}

    /// \param diagnostics  with at least one error. Each error is a line of what(), and the first
    ///                     one is complaint().
    Refusal(Refused kind, const Diagnostics& diagnostics)
        : std::runtime_error(errors_as_lines(diagnostics)), m_kind(kind),
          m_complaint(first_error(diagnostics)) {}

    [[nodiscard]] Refused kind() const { return m_kind; }

    [[nodiscard]] const Complaint& complaint() const { return m_complaint; }

  private:
    Refused m_kind;
    Complaint m_complaint;
};

/// \throw Refusal  always
[[noreturn]] inline void refuse(Complaint complaint, Refused kind = Refused::policy) {
    throw Refusal(kind, std::move(complaint));
}

/// Does nothing if there is no objection.
///
/// \throw Refusal  if there is one
inline void refuse_if(std::optional<Complaint> objection, Refused kind = Refused::policy) {
    if (objection)
        refuse(*std::move(objection), kind);
}

} // namespace left4me
