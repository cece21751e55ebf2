#include "plan/mount_table.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>

namespace left4me {

namespace {

std::string_view take_until(std::string_view& text, char separator) {
    const std::size_t end = std::min(text.find(separator), text.size());
    const std::string_view taken = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return taken;
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
    std::uint64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || stopped != end)
        return std::nullopt;
    return number;
}

bool is_octal_escape(std::string_view text) {
    return text.size() >= 4 && text[0] == '\\' &&
           std::ranges::all_of(text.substr(1, 3), [](char c) { return c >= '0' && c <= '7'; });
}

/// Blanks, newlines and backslashes stand as \NNN in the table.
std::string unescape(std::string_view text) {
    std::string result;
    while (!text.empty()) {
        if (is_octal_escape(text)) {
            result +=
                static_cast<char>((text[1] - '0') * 64 + (text[2] - '0') * 8 + (text[3] - '0'));
            text.remove_prefix(4);
        } else {
            result += text.front();
            text.remove_prefix(1);
        }
    }
    return result;
}

} // namespace

std::optional<MountEntry> find_mount(std::string_view mountinfo, std::uint64_t mount_id) {
    constexpr std::string_view separator = " - ";
    while (!mountinfo.empty()) {
        std::string_view line = take_until(mountinfo, '\n');
        if (parse_number(take_until(line, ' ')) != mount_id)
            continue;
        // The optional fields before the separator vary in number.
        const std::size_t end = line.find(separator);
        if (end == std::string_view::npos)
            return std::nullopt;
        line.remove_prefix(end + separator.size());
        const std::string_view type = take_until(line, ' ');
        return MountEntry{unescape(type), unescape(take_until(line, ' '))};
    }
    return std::nullopt;
}

std::vector<MountRow> list_mounts(std::string_view mountinfo) {
    std::vector<MountRow> rows;
    while (!mountinfo.empty()) {
        std::string_view line = take_until(mountinfo, '\n');
        const auto id = parse_number(take_until(line, ' '));
        const auto parent = parse_number(take_until(line, ' '));
        const std::string_view device = take_until(line, ' ');
        // The directory of the file system that is mounted.
        take_until(line, ' ');
        if (id && parent)
            rows.push_back({*id, *parent, std::string(device), unescape(take_until(line, ' '))});
    }
    return rows;
}

} // namespace left4me
