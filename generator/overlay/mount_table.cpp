#include "generator/overlay/mount_table.hpp"

#include "generator/instance/instance_name.hpp"
#include "generator/overlay/mount_plan.hpp"

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
    const std::size_t plain = std::min(text.find('\\'), text.size());
    std::string result(text.substr(0, plain));
    text.remove_prefix(plain);
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

std::optional<MountRow> parse_row(std::string_view line) {
    MountRow row;
    const auto id = parse_number(take_until(line, ' '));
    const auto parent = parse_number(take_until(line, ' '));
    row.device = take_until(line, ' ');
    // The directory of the file system that is mounted.
    take_until(line, ' ');
    row.mount_point = unescape(take_until(line, ' '));
    row.options = line.substr(0, line.find(' '));

    // The optional fields before the separator vary in number.
    constexpr std::string_view separator = " - ";
    const std::size_t end = line.find(separator);
    if (!id || !parent || end == std::string_view::npos)
        return std::nullopt;
    row.id = *id;
    row.parent = *parent;
    line.remove_prefix(end + separator.size());
    row.type = unescape(take_until(line, ' '));
    row.source = unescape(take_until(line, ' '));
    row.read_only = take_until(line, ',') == "ro";
    return row;
}

} // namespace

std::vector<MountRow> list_mounts(std::string_view mountinfo) {
    std::vector<MountRow> rows;
    while (!mountinfo.empty())
        if (auto row = parse_row(take_until(mountinfo, '\n')))
            rows.push_back(*std::move(row));
    return rows;
}

std::optional<MountRow> find_mount(std::string_view mountinfo, std::uint64_t mount_id) {
    for (MountRow& row : list_mounts(mountinfo))
        if (row.id == mount_id)
            return std::move(row);
    return std::nullopt;
}

std::optional<std::string> find_overlay(std::string_view mountinfo, std::string_view source) {
    for (MountRow& row : list_mounts(mountinfo))
        if (row.type == "overlay" && row.source == source)
            return std::move(row.mount_point);
    return std::nullopt;
}

std::set<std::string> find_overlay_instances(std::string_view mountinfo) {
    const std::string prefix = overlay_source("");
    std::set<std::string> instances;
    for (const MountRow& row : list_mounts(mountinfo)) {
        if (row.type != "overlay" || !row.source.starts_with(prefix))
            continue;
        std::string name = row.source.substr(prefix.size());
        if (is_instance_name(name))
            instances.insert(std::move(name));
    }
    return instances;
}

} // namespace left4me
