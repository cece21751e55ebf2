#include "generator/instance/env_file.hpp"

#include "generator/text/encoding.hpp"
#include "generator/text/utf8.hpp"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <utility>

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

/// How to save as UTF-8 what is in `encoding`.
std::string as_utf8(std::string_view encoding) {
    return fmt::format(", for example with iconv -f {} -t UTF-8 FILE > NEW", encoding);
}

class Reader {
  public:
    Reader(std::string_view text, std::string_view file)
        : m_text(text), m_rest(text), m_diagnostics(file) {}

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
        m_aside.reset();
        std::string value = read_value();
        if (m_aside && m_aside->position == value.size())
            m_aside.reset();
        if (m_open_quote)
            m_diagnostics.add(Severity::warning, line,
                              {fmt::format("the value of {} has a quote that is never closed, and "
                                           "goes on to the end of the file",
                                           printable(key)),
                               "close it"});
        if (!is_valid_utf8(key) || !is_valid_utf8(value))
            report_encoding(line, key);
        m_assignments.push_back({std::move(key), std::move(value), line, m_line, m_aside});
    }

    /// Once: a file in another encoding is so in each of its lines.
    void report_encoding(unsigned line, std::string_view key) {
        if (!std::exchange(m_is_utf8, false))
            return;
        const bool latin1 = is_like_latin1(m_text);
        m_diagnostics.add(
            Severity::error, line,
            {fmt::format("{} is not valid UTF-8{}", printable(key),
                         latin1 ? ", and looks like Latin-1" : ""),
             fmt::format("save the file as UTF-8{}", latin1 ? as_utf8("WINDOWS-1252") : "")});
    }

    /// Quoted pieces, with blanks between them dropped, up to the first bare character; from there
    /// on quotes are ordinary.
    std::string read_value() {
        std::string value;
        bool behind_quote = false;
        bool behind_blank = false;
        while (!at_line_end()) {
            const char c = m_rest.front();
            if (c != '\'' && c != '"') {
                if (!is_blank(c)) {
                    read_bare(value, behind_quote, behind_blank);
                    break;
                }
                take();
                behind_blank = true;
                continue;
            }
            take();
            if (behind_quote && behind_blank)
                note_aside(value.size(), true);
            if (c == '\'')
                read_single_quoted(value);
            else
                read_double_quoted(value);
            behind_quote = true;
            behind_blank = false;
        }
        return value;
    }

    void note_aside(std::size_t position, bool behind_quote) {
        if (!m_aside)
            m_aside = Aside{position, behind_quote};
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

    void read_bare(std::string& value, bool behind_quote, bool behind_blank) {
        // Right behind a quote, text may go on as in a shell; a list of options does not.
        constexpr std::string_view begin_of_another = ";#,+-";
        const std::size_t begin = value.size();
        if (behind_quote && (behind_blank || begin_of_another.find(m_rest.front()) != npos))
            note_aside(begin, true);
        std::size_t keep_from = begin;
        while (!at_line_end()) {
            // "//" at its beginning may be a path's.
            const bool stands_alone =
                value.size() == begin ? m_rest.front() != '/' : is_blank(value.back());
            if (stands_alone && looks_like_comment(m_rest))
                note_aside(value.size(), false);
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
        if (value.size() > keep_from && value.ends_with(';'))
            note_aside(value.size() - 1, false);
    }

    static constexpr std::size_t npos = std::string_view::npos;

    std::string_view m_text;
    std::string_view m_rest;
    unsigned m_line = 1;
    bool m_open_quote = false;
    bool m_is_utf8 = true;
    std::optional<Aside> m_aside;
    std::vector<Assignment> m_assignments;
    DiagnosticCollector m_diagnostics;
};

/// What a file is that has a NUL byte.
Complaint complaint_of_binary(std::string_view text) {
    const std::string_view utf16 = name_of_utf16(text);
    if (utf16.empty())
        return {"a NUL byte", "an environment file is text: write it anew"};
    return {"the file is UTF-16", "save it as UTF-8" + as_utf8(utf16)};
}

} // namespace

bool looks_like_comment(std::string_view text) {
    if (text.starts_with('#'))
        return text.size() == 1 || text[1] < '0' || text[1] > '9';
    return text.starts_with(';') || text.starts_with("//");
}

EnvFile parse_env_file(std::string_view text, std::string_view file) {
    if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
        const auto line = 1U + static_cast<unsigned>(std::ranges::count(text.substr(0, nul), '\n'));
        return {{}, {error_at(std::string(file), line, complaint_of_binary(text))}};
    }
    return Reader(text, file).read();
}

} // namespace left4me
