#pragma once

#include "helper/verbs/event.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace left4me {

/// Says what happened: on stderr, and instead of it in the journal, with fields, when stderr is the
/// journal's anyway (systemd.exec(5), "$JOURNAL_STREAM").
class MessageLog {
  public:
    /// \param instance  for LEFT4ME_INSTANCE=; may be empty
    explicit MessageLog(std::string instance);

    /// Takes a message for flush(). Whoever reads them may take his time, or never read: nobody is
    /// to wait for that with a lock held.
    void write(Event event, std::string_view text);

    /// Says what was written. Successes go to the journal only: a person at a terminal sees the
    /// exit code.
    void flush();

    void set_instance(std::string instance);

  private:
    void say(Event event, const std::string& message) const;
    [[nodiscard]] bool write_to_journal(Event event, std::string_view message) const;

    std::string m_instance;
    bool m_stderr_is_journal;
    std::vector<std::pair<Event, std::string>> m_messages;
};

} // namespace left4me
