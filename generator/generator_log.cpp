#include "generator/generator_log.hpp"

#include "generator/text/utf8.hpp"

#include <algorithm>
#include <cstddef>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace left4me {

namespace {

/// The kernel refuses a record of more than about 1,000 bytes as a whole.
constexpr std::size_t longest_record = 900;
/// Who reads a record gets at most 2,048 bytes of it (PRINTK_MESSAGE_MAX), with what it says of the
/// record, and with four for each that is not ASCII.
constexpr std::size_t longest_escaped_record = 1900;
/// Bytes of all records. Warnings get the first half only, so that errors have room behind them.
constexpr std::size_t most_of_kernel_log = std::size_t{32} * 1024;

bool is_for_people(int fd) {
    struct stat status = {};
    return ::isatty(fd) == 1 ||
           (::fstat(fd, &status) == 0 && (S_ISFIFO(status.st_mode) || S_ISREG(status.st_mode)));
}

/// A syslog priority of facility "daemon" (syslog(3)), as /dev/kmsg takes it.
int priority_of(Severity severity) {
    constexpr int daemon = 3 << 3;
    return daemon | (severity == Severity::error ? 3 : 4);
}

/// The front of `text` that a record takes, in whole characters: of a message that is not UTF-8 the
/// journal shows nothing.
std::string_view fit_record(std::string_view text) {
    constexpr std::size_t escaped_byte = 4;
    std::size_t escaped = 0;
    std::size_t length = 0;
    while (const auto character = first_character(text.substr(length))) {
        const bool plain = character->length == 1 && text[length] != '\\';
        escaped += plain ? 1 : escaped_byte * character->length;
        if (length + character->length > longest_record || escaped > longest_escaped_record)
            break;
        length += character->length;
    }
    return text.substr(0, length);
}

} // namespace

GeneratorLog::GeneratorLog() {
    if (!is_for_people(STDERR_FILENO))
        m_kernel_log = FileDescriptor(::open("/dev/kmsg", O_WRONLY | O_NOCTTY | O_CLOEXEC));
}

void GeneratorLog::write(Severity severity, std::string_view message) {
    if (m_kernel_log) {
        const std::size_t limit =
            severity == Severity::error ? most_of_kernel_log : most_of_kernel_log / 2;
        if (m_written >= limit) {
            ++m_left_out;
            return;
        }
        m_written += std::min(message.size(), longest_record);
    }
    write_line(severity, message);
}

void GeneratorLog::write(const Diagnostics& diagnostics) {
    for (const Diagnostic& diagnostic : diagnostics)
        write(diagnostic.severity, to_string(diagnostic));
}

void GeneratorLog::finish() const {
    if (m_left_out != 0)
        write_line(Severity::error,
                   fmt::format("{} more messages: run left4me-generator --root=/ with an empty "
                               "directory to see them",
                               m_left_out));
}

void GeneratorLog::write_line(Severity severity, std::string_view message) const {
    const std::string text = escape_control_characters(message);
    const std::string line = m_kernel_log
                                 ? fmt::format("<{}>left4me-generator[{}]: {}\n",
                                               priority_of(severity), ::getpid(), fit_record(text))
                                 : fmt::format("{}\n", text);
    const int fd = m_kernel_log ? m_kernel_log.get() : STDERR_FILENO;
    // There is nowhere left to say that this failed.
    [[maybe_unused]] const ssize_t written = ::write(fd, line.data(), line.size());
}

} // namespace left4me
