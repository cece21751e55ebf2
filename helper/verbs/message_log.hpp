#pragma once

#include "helper/verbs/event.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace left4me {

/// Keeps messages and writes them in the end. They go to the journal, with fields, if stderr is the
/// journal's anyway (systemd.exec(5), "$JOURNAL_STREAM"), and to stderr otherwise, or if that
/// fails.
class MessageLog {
  public:
    /// Reads JOURNAL_STREAM=, so it comes before shed_inheritance().
    ///
    /// \param instance  for LEFT4ME_INSTANCE=; may be empty
    /// \param program   the name of the program that speaks
    explicit MessageLog(std::string instance, const char* program = "left4me-overlay");

    /// Keeps a message for flush(). A reader may be slow, or never read: nobody shall wait for it
    /// with a lock held.
    ///
    /// \param text  its control characters are escaped, except newlines
    void write(Event event, std::string_view text);

    /// Writes what was kept, and forgets it. Successes go to the journal only: a person at a
    /// terminal sees the exit code. A message that cannot be written is lost; the destructor writes
    /// nothing.
    void flush();

    /// Names the instance of all messages that are not written yet.
    void set_instance(std::string instance);

  private:
    void say(Event event, const std::string& message) const;
    [[nodiscard]] bool write_to_journal(Event event, std::string_view message) const;

    std::string m_instance;
    const char* m_program;
    bool m_stderr_is_journal;
    std::vector<std::pair<Event, std::string>> m_messages;
};

} // namespace left4me
