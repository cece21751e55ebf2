#include "generator/instance/env_file.hpp"

#include "generator/text/utf8.hpp"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>

namespace left4me {

namespace {

bool ends_line(char c) {
    return c == '\n' || c == '\r';
}

bool is_blank(char c) {
    return c == ' ' || c == '\t' || ends_line(c);
}

/// Removes the blanks at the end of `text`, but none before `keep_from`.
void trim_end(std::string& text, std::size_t keep_from) {
    while (text.size() > keep_from && is_blank(text.back()))
        text.pop_back();
}

class Reader {
  public:
    Reader(std::string_view text, std::string_view file) : m_rest(text), m_diagnostics(file) {}

    EnvFile read() {
        while (!at_end()) {
            const char c = m_rest.front();
            if (is_blank(c))
                take();
            else if (c == '#' || c == ';')
                skip_comment();
            else
                read_line();
        }
        return {std::move(m_assignments), std::move(m_diagnostics).finish()};
    }

  private:
    [[nodiscard]] bool at_end() const { return m_rest.empty(); }

    [[nodiscard]] bool at_line_end() const { return at_end() || ends_line(m_rest.front()); }

    char take() {
        const char c = m_rest.front();
        m_rest.remove_prefix(1);
        if (c == '\n')
            ++m_line;
        return c;
    }

    void skip_comment() {
        while (!at_line_end()) {
            if (take() != '\\' || at_end())
                continue;
            if (at_line_end())
                m_diagnostics.add(
                    Severity::error, m_line,
                    {"a comment ends in a backslash, and systemd's versions disagree whether it "
                     "goes on in the next line",
                     "remove the backslash"});
            else
                take();
        }
    }

    /// An assignment, or a line without '=' that systemd passes over.
    void read_line() {
        const unsigned line = m_line;
        // The first byte belongs to the key whatever it is, even when it is '='.
        std::string key{take()};
        while (!at_line_end() && m_rest.front() != '=')
            key += take();
        if (at_line_end()) {
            m_diagnostics.add_warning(line, [&key]() -> Complaint {
                return {fmt::format("{} is no assignment", printable(key)),
                        "write KEY=VALUE, or begin the line with '#'"};
            });
            return;
        }
        take();
        trim_end(key, 1);

        m_open_quote = false;
        std::string value = read_value();
        if (m_open_quote)
            m_diagnostics.add(Severity::warning, line,
                              {fmt::format("the value of {} has a quote that is never closed, and "
                                           "goes on to the end of the file",
                                           printable(key)),
                               "close it"});
        if (!is_valid_utf8(key) || !is_valid_utf8(value))
            m_diagnostics.add(
                Severity::error, line,
                {fmt::format("{} is not valid UTF-8", printable(key)), "save the file as UTF-8"});
        m_assignments.push_back({std::move(key), std::move(value), line, m_line});
    }

    /// Quoted pieces, with blanks between them dropped, up to the first bare character; from there
    /// on quotes are ordinary.
    std::string read_value() {
        std::string value;
        while (!at_line_end()) {
            const char c = m_rest.front();
            if (c == '\'') {
                take();
                read_single_quoted(value);
            } else if (c == '"') {
                take();
                read_double_quoted(value);
            } else if (is_blank(c)) {
                take();
            } else {
                read_bare(value);
                break;
            }
        }
        return value;
    }

    void read_single_quoted(std::string& value) {
        while (!at_end()) {
            const char c = take();
            if (c == '\'')
                return;
            value += c;
        }
        m_open_quote = true;
    }

    void read_double_quoted(std::string& value) {
        constexpr std::string_view escapable = "\"\\`$";
        while (!at_end()) {
            const char c = take();
            if (c == '"')
                return;
            if (c != '\\') {
                value += c;
                continue;
            }
            if (at_end())
                break;
            const char escaped = take();
            if (escaped == '\n')
                continue;
            if (escapable.find(escaped) == std::string_view::npos)
                value += '\\';
            value += escaped;
        }
        m_open_quote = true;
    }

    void read_bare(std::string& value) {
        std::size_t keep_from = value.size();
        while (!at_line_end()) {
            const char c = take();
            if (c != '\\') {
                value += c;
                continue;
            }
            if (!at_end()) {
                const char escaped = take();
                if (!ends_line(escaped))
                    value += escaped;
            }
            keep_from = value.size();
        }
        trim_end(value, keep_from);
    }

    std::string_view m_rest;
    unsigned m_line = 1;
    bool m_open_quote = false;
    std::vector<Assignment> m_assignments;
    DiagnosticCollector m_diagnostics;
};

} // namespace

EnvFile parse_env_file(std::string_view text, std::string_view file) {
    if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
        const auto line = 1U + static_cast<unsigned>(std::ranges::count(text.substr(0, nul), '\n'));
        return {{},
                {error_at(std::string(file), line,
                          {"a NUL byte", "an environment file is text: write it anew"})}};
    }
    return Reader(text, file).read();
}

} // namespace left4me
