#include "helper/verbs/message_log.hpp"

#include "generator/units/unit_names.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

// The journal would otherwise record this file and line as the message's.
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

namespace left4me {

namespace {

bool is_journal(int fd) {
    const char* const stream = std::getenv("JOURNAL_STREAM");
    struct stat status = {};
    return stream != nullptr && ::fstat(fd, &status) == 0 &&
           stream == fmt::format("{}:{}", status.st_dev, status.st_ino);
}

using SendToJournal = decltype(&::sd_journal_sendv);

/// libsystemd and the six libraries that it needs take longer to load than all else that happens
/// before main(): nobody who does not write to the journal shall wait for them.
/// \return nullptr when there is none; it stays loaded
SendToJournal load_journal() {
    void* const library = ::dlopen("libsystemd.so.0", RTLD_LAZY | RTLD_LOCAL);
    if (library == nullptr)
        return nullptr;
    return reinterpret_cast<SendToJournal>(::dlsym(library, "sd_journal_sendv"));
}

} // namespace

MessageLog::MessageLog(std::string instance, const char* program)
    : m_instance(std::move(instance)), m_program(program),
      m_stderr_is_journal(is_journal(STDERR_FILENO)) {}

void MessageLog::set_instance(std::string instance) {
    m_instance = std::move(instance);
}

void MessageLog::write(Event event, std::string_view text) {
    m_messages.emplace_back(event, escape_control_characters(text));
}

void MessageLog::flush() {
    for (const auto& [event, message] : m_messages)
        say(event, message);
    m_messages.clear();
}

void MessageLog::say(Event event, const std::string& message) const {
    if (m_stderr_is_journal && write_to_journal(event, message))
        return;
    if (event != Event::mounted && event != Event::unmounted)
        // Where nobody can be told, what was to be done still is.
        std::fputs(fmt::format("{}: {}{}{}\n", m_program, m_instance,
                               m_instance.empty() ? "" : ": ", message)
                       .c_str(),
                   stderr);
}

bool MessageLog::write_to_journal(Event event, std::string_view message) const {
    const EventFields event_fields = fields_of(event);
    // The journal reads the sender's unit from its cgroup, and may find a short-lived process gone:
    // OBJECT_SYSTEMD_UNIT= makes `systemctl status` show the message all the same.
    std::array<std::string, 6> fields = {
        fmt::format("MESSAGE={}{}{}", m_instance, m_instance.empty() ? "" : ": ", message),
        fmt::format("PRIORITY={}", event_fields.priority),
        fmt::format("MESSAGE_ID={}", event_fields.message_id),
        fmt::format("SYSLOG_IDENTIFIER={}", m_program),
        fmt::format("LEFT4ME_INSTANCE={}", m_instance),
        "OBJECT_SYSTEMD_UNIT=" + service_name(m_instance)};
    std::array<iovec, fields.size()> vectors = {};
    for (std::size_t i = 0; i < fields.size(); ++i)
        vectors[i] = {fields[i].data(), fields[i].size()};
    const SendToJournal send = load_journal();
    const auto count = m_instance.empty() ? vectors.size() - 2 : vectors.size();
    return send != nullptr && send(vectors.data(), static_cast<int>(count)) == 0;
}

} // namespace left4me
