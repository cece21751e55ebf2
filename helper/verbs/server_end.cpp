#include "helper/verbs/server_end.hpp"

#include "generator/text/exit_status.hpp"
#include "generator/text/number_text.hpp"
#include "generator/units/unit_names.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>

namespace left4me {

namespace {

/// Longer than any word of systemd's.
constexpr std::size_t most_length = 32;
/// systemd's own, for what keeps it from executing a program (systemd.exec(5), "Process Exit
/// Codes").
constexpr int could_not_execute = 203;

/// \param allowed  which characters it may have besides lower-case letters
std::string word(const char* text, std::string_view allowed) {
    const std::string_view value = text == nullptr ? "" : text;
    const bool is_word =
        value.size() <= most_length && std::ranges::all_of(value, [&](char c) {
            return (c >= 'a' && c <= 'z') || allowed.find(c) != std::string_view::npos;
        });
    return is_word ? std::string(value) : std::string();
}

/// What systemd takes for a clean end, and was not its own stop, which sends SIGINT.
std::optional<Complaint> explain_clean_end(const ServerEnd& end) {
    if (end.exit_code != "killed" || (end.exit_status != "TERM" && end.exit_status != "HUP"))
        return std::nullopt;
    return Complaint{fmt::format("the server was ended by SIG{}", end.exit_status),
                     "unless KillSignal= of its unit says so, that was not systemd's stop, and "
                     "somebody else has sent it"};
}

std::string end_in_words(const ServerEnd& end) {
    if (end.exit_code == "exited")
        return fmt::format("the server ended with exit code {}", end.exit_status);
    return fmt::format("the server was ended by SIG{}{}", end.exit_status,
                       end.exit_code == "dumped" ? " and dumped core" : "");
}

/// The journal may take in what was printed last a moment later.
std::string last_words(const std::string& instance, std::int64_t now) {
    return fmt::format("journalctl -n 50 -u {} --until @{} shows its last words",
                       systemctl_name(instance), now + 1);
}

Complaint explain_systemd_exit(int code, const std::string& instance) {
    if (code == could_not_execute)
        return {"systemd could not execute the server",
                fmt::format("l4d2ctl check {} shows what is wrong with its program", instance)};
    return {fmt::format("systemd could not start the server (exit code {})", code),
            fmt::format("\"Process Exit Codes\" in man systemd.exec names the setting that failed, "
                        "and systemctl cat {} shows it",
                        systemctl_name(instance))};
}

Complaint explain_timeout(const ServerEnd& end, const std::string& instance, std::int64_t now) {
    const std::string clear = fmt::format("{}; systemctl reset-failed {} clears the failure",
                                          last_words(instance, now), systemctl_name(instance));
    if (end.exit_status == "KILL")
        return {"the server did not stop in the time of TimeoutStopSec=, and was killed", clear};
    return {"the server was stopped since a limit to its time had passed, such as RuntimeMaxSec= "
            "or, for "
            "an ExecStop=, TimeoutStopSec=",
            clear};
}

} // namespace

std::optional<ServerEnd>
read_server_end(const std::function<const char*(const char* variable)>& value_of) {
    constexpr std::string_view of_signals = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ+-";
    ServerEnd end = {word(value_of("SERVICE_RESULT"), "-"), word(value_of("EXIT_CODE"), ""),
                     word(value_of("EXIT_STATUS"), of_signals)};
    return end.result.empty() ? std::nullopt : std::optional(std::move(end));
}

std::optional<Complaint> explain_server_end(const ServerEnd& end, const std::string& instance,
                                            std::int64_t now) {
    if (end.exit_code.empty() || end.exit_status.empty())
        return std::nullopt;
    if (end.result == "success")
        return explain_clean_end(end);
    if (end.result == "timeout")
        return explain_timeout(end, instance, now);
    const int code = end.exit_code == "exited" ? parse_number<int>(end.exit_status).value_or(0) : 0;
    if (is_exit_code_of_systemd(code))
        return explain_systemd_exit(code, instance);
    const std::string look =
        fmt::format("{}; if systemd gives it up, systemctl reset-failed {} before the next start",
                    last_words(instance, now), systemctl_name(instance));
    if (end.result == "oom-kill")
        return Complaint{"the server was killed, since it or the machine had no memory left",
                         "journalctl -b -g oom tells which, and its limit is MemoryMax=; " + look};
    return Complaint{end_in_words(end), look};
}

} // namespace left4me
