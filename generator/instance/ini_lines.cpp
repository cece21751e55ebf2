#include "generator/instance/ini_lines.hpp"

#include "generator/text/path_text.hpp"
#include "generator/text/word_split.hpp"

#include <algorithm>
#include <cstring>
#include <exception>
#include <ini.h>
#include <utility>

namespace left4me {

namespace {

constexpr std::size_t longest_line = 198;
constexpr std::size_t longest_section = 49;
constexpr std::string_view blanks = " \t";

std::string_view take_line(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    return line;
}

Complaint problem_of_value(std::string_view value) {
    if (value.starts_with('"') || value.starts_with('\''))
        return {"quotes are not removed here", "write the value without them"};
    if (value.starts_with(';') || value.find(" ;") != std::string_view::npos ||
        value.find("\t;") != std::string_view::npos)
        return {"a comment behind a value", "begin a line of its own with '#'"};
    return {};
}

Complaint problem_of(std::string_view line) {
    if (line.size() > longest_line)
        return {"a line longer than 198 bytes", "make it shorter"};

    std::string without_tabs(line);
    std::erase(without_tabs, '\t');
    if (has_control_character(without_tabs))
        return {"a control character", "remove it"};

    const std::string_view text = trim(line, blanks);
    if (text.empty() || text.front() == '#' || text.front() == ';')
        return {};
    if (text.data() != line.data())
        return {"an indented line", "begin it in the first column"};
    if (text.front() == '[') {
        if (text.find(']') != text.size() - 1 || text.size() > longest_section + 2)
            return {"a section that does not end in ']' or is longer than 49 bytes",
                    "write [Section] and nothing else on the line"};
        return {};
    }
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos ||
        text.substr(0, equals).find_first_of(":;") != std::string_view::npos)
        return {"neither a [Section] nor Key=Value", "write Key=Value"};
    return problem_of_value(trim(text.substr(equals + 1), blanks));
}

/// What inih's callbacks share: the lines still to be read, and where it stands.
struct Stream {
    std::string_view rest;
    unsigned line = 0;
    const IniHandler& handler;
    std::exception_ptr failure;
};

char* read_line(char* buffer, int size, void* user) {
    auto& stream = *static_cast<Stream*>(user);
    if (stream.rest.empty())
        return nullptr;
    const std::string_view line = take_line(stream.rest);
    ++stream.line;
    const std::size_t length = std::min(line.size(), static_cast<std::size_t>(size) - 2);
    std::memcpy(buffer, line.data(), length);
    buffer[length] = '\n';
    buffer[length + 1] = '\0';
    return buffer;
}

int take_key(void* user, const char* section, const char* name, const char* value) {
    auto& stream = *static_cast<Stream*>(user);
    try {
        stream.handler(stream.line, section, name, value);
        return 1;
    } catch (...) {
        // inih is C: nothing may be thrown through it.
        stream.failure = std::current_exception();
        return 0;
    }
}

} // namespace

Diagnostics parse_ini(std::string_view text, std::string_view file, const IniHandler& handler) {
    Diagnostics diagnostics;
    unsigned number = 0;
    for (std::string_view rest = text; !rest.empty();) {
        ++number;
        if (Complaint complaint = problem_of(take_line(rest)); !complaint.problem.empty())
            diagnostics.push_back(error_at(std::string(file), number, std::move(complaint)));
    }
    if (!diagnostics.empty())
        return diagnostics;

    Stream stream{text, 0, handler, nullptr};
    const int failed_line = ini_parse_stream(read_line, &stream, take_key, &stream);
    if (stream.failure)
        std::rethrow_exception(stream.failure);
    if (failed_line != 0)
        diagnostics.push_back(
            error_at(std::string(file), static_cast<unsigned>(std::max(failed_line, 1)),
                     {"a line that inih does not understand", "write Key=Value"}));
    return diagnostics;
}

} // namespace left4me
