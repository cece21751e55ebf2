#include "generator/overlay/mount_table.hpp"

#include "generator/instance/instance_name.hpp"
#include "generator/overlay/mount_plan.hpp"
#include "generator/text/fields.hpp"
#include "generator/text/number_text.hpp"

#include <cstddef>
#include <utility>

namespace left4me {

namespace {

/// Blanks, newlines and backslashes stand as \NNN in the table, in octal digits.
std::string unescape(std::string_view text) {
    std::string result(text.substr(0, text.find('\\')));
    text.remove_prefix(result.size());
    while (!text.empty()) {
        constexpr std::size_t length = 4;
        const auto byte = text.starts_with('\\') && text.size() >= length
                              ? parse_number<unsigned char>(text.substr(1, length - 1), 8)
                              : std::nullopt;
        result += byte ? static_cast<char>(*byte) : text.front();
        text.remove_prefix(byte ? length : 1);
    }
    return result;
}

std::optional<MountRow> parse_row(std::string_view line) {
    MountRow row;
    const auto id = parse_number<std::uint64_t>(take_until(line, ' '));
    const auto parent = parse_number<std::uint64_t>(take_until(line, ' '));
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
        if (is_name_of_any_version(name))
            instances.insert(std::move(name));
    }
    return instances;
}

} // namespace left4me
