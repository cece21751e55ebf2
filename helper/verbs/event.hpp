#pragma once

#include "generator/text/exit_status.hpp"

#include <string_view>

namespace left4me {

/// The kinds of event that a journal query can ask for by MESSAGE_ID=, and that
/// left4me.catalog explains (`journalctl -x`).
enum class Event {
    mounted,
    unmounted,
    /// Something in instance.env is not what its author may have meant.
    warning,
    /// The server ended by itself, or had to be ended.
    server_failed,
    /// It had gone silent, and was ended for that.
    silent_server_ended,
    /// One for each exit code but 0.
    usage,
    bad_configuration,
    no_such_instance,
    system_call_failed,
    busy,
    refused,
};

/// What the journal notes of an event (systemd.journal-fields(7)).
struct EventFields {
    /// MESSAGE_ID=: 128 bits in hexadecimal, never reused for another kind.
    std::string_view message_id;
    /// PRIORITY=, as of syslog(3).
    int priority;
};

[[nodiscard]] EventFields fields_of(Event event);

/// The event for an exit status other than 0.
///
/// \param status  not `done`, which has no event of its own
[[nodiscard]] Event event_of(ExitStatus status);

} // namespace left4me
