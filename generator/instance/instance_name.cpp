#include "generator/instance/instance_name.hpp"

#include "generator/text/ascii.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <fmt/format.h>

namespace left4me {

namespace {

constexpr std::size_t longest_name = 63;

/// Of every type that systemd has, or had: snapshots went with version 228.
constexpr std::array<std::string_view, 12> unit_endings = {
    ".service", ".socket", ".device", ".mount", ".automount", ".swap",
    ".target",  ".path",   ".timer",  ".slice", ".scope",     ".snapshot"};

} // namespace

bool is_instance_name(std::string_view name) {
    return is_name_of_any_version(name) && unit_ending_of(name).empty();
}

bool is_name_of_any_version(std::string_view name) {
    return !name.empty() && name.size() <= longest_name && is_ascii_alphanumeric(name.front()) &&
           std::ranges::all_of(name, [](char c) {
               return is_ascii_alphanumeric(c) || c == '_' || c == '.' || c == '-';
           });
}

std::string_view unit_ending_of(std::string_view name) {
    const auto* const found = std::ranges::find_if(
        unit_endings, [name](std::string_view ending) { return name.ends_with(ending); });
    return found == unit_endings.end() ? std::string_view() : *found;
}

std::string instance_name_rule(std::string_view name) {
    if (is_name_of_any_version(name))
        return fmt::format(
            "one that does not end in {}, since systemctl takes l4d2@{} for another unit",
            unit_ending_of(name), name);
    return std::string(instance_name_characters);
}

Complaint why_retired(std::string_view name) {
    const std::string_view ending = unit_ending_of(name);
    if (ending.empty())
        return {"its instance.env is gone", "put it back"};
    return {fmt::format("its name ends in {}, as no instance's may any more", ending),
            "rename its directory"};
}

} // namespace left4me
