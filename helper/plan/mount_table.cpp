#include "plan/mount_table.hpp"

#include "instance/instance_name.hpp"
#include "plan/mount_plan.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <utility>

namespace left4me {

namespace {

std::string_view take_until(std::string_view& text, char separator) {
    const std::size_t end = std::min(text.find(separator), text.size());
    const std::string_view taken = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return taken;
}

bool is_number(std::string_view text, std::uint64_t number) {
    std::uint64_t parsed = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, parsed);
    return error == std::errc() && stopped == end && parsed == number;
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

/// The file system of a line, whose optional fields before the separator vary in number.
std::optional<MountEntry> parse_entry(std::string_view line) {
    constexpr std::string_view separator = " - ";
    const std::size_t end = line.find(separator);
    if (end == std::string_view::npos)
        return std::nullopt;
    line.remove_prefix(end + separator.size());
    const std::string_view type = take_until(line, ' ');
    return MountEntry{unescape(type), unescape(take_until(line, ' '))};
}

} // namespace

std::optional<std::string> find_overlay(std::string_view mountinfo, std::string_view source) {
    // No field has a blank in it.
    const std::string file_system = " - overlay " + std::string(source) + " ";
    while (!mountinfo.empty()) {
        std::string_view line = take_until(mountinfo, '\n');
        if (line.find(file_system) == std::string_view::npos)
            continue;
        constexpr int fields_before_mount_point = 4;
        for (int i = 0; i < fields_before_mount_point; ++i)
            take_until(line, ' ');
        return unescape(take_until(line, ' '));
    }
    return std::nullopt;
}

std::optional<MountEntry> find_mount(std::string_view mountinfo, std::uint64_t mount_id) {
    while (!mountinfo.empty()) {
        std::string_view line = take_until(mountinfo, '\n');
        if (is_number(take_until(line, ' '), mount_id))
            return parse_entry(line);
    }
    return std::nullopt;
}

std::set<std::string> find_overlay_instances(std::string_view mountinfo) {
    const std::string prefix = overlay_source("");
    std::set<std::string> instances;
    while (!mountinfo.empty()) {
        const auto entry = parse_entry(take_until(mountinfo, '\n'));
        if (!entry || entry->type != "overlay" || !entry->source.starts_with(prefix))
            continue;
        std::string name = entry->source.substr(prefix.size());
        if (is_instance_name(name))
            instances.insert(std::move(name));
    }
    return instances;
}

} // namespace left4me
