#pragma once

#include "plan/event.hpp"

#include <string>
#include <string_view>

namespace left4me {

/// Says what happened: on stderr, and instead of it in the journal, with fields, when stderr is the
/// journal's anyway (systemd.exec(5), "$JOURNAL_STREAM").
class MessageLog {
  public:
    /// \param instance  for LEFT4ME_INSTANCE=; may be empty
    explicit MessageLog(std::string instance);

    /// Successes go to the journal only: a person at a terminal sees the exit code.
    void write(Event event, std::string_view text) const;

    void set_instance(std::string instance);

  private:
    [[nodiscard]] bool write_to_journal(Event event, std::string_view message) const;

    std::string m_instance;
    bool m_stderr_is_journal;
};

} // namespace left4me
