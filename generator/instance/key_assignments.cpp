#include "generator/instance/key_assignments.hpp"

#include "generator/instance/instance_keys.hpp"
#include "generator/text/ascii.hpp"
#include "generator/text/nearest.hpp"
#include "generator/text/printable.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <span>
#include <string>

namespace left4me {

namespace {

constexpr auto key_names = [] {
    std::array<std::string_view, instance_keys.size()> names;
    std::ranges::transform(instance_keys, names.begin(), &InstanceKey::name);
    return names;
}();

/// Two lines of what is a list were hardly meant for one of them.
std::string_view remedy_for_second(std::string_view key) {
    if (key == instance_key::layers.name)
        return "remove one of them, or write all layers in one line, with colons between them";
    if (key == instance_key::arguments.name)
        return "remove one of them, or write all arguments in one line";
    return "remove one of them";
}

std::vector<std::string_view> missing_keys(const KeyAssignments& values) {
    std::vector<std::string_view> missing;
    for (const InstanceKey& key : instance_keys)
        if (key.required && !values.contains(key.name))
            missing.push_back(key.name);
    return missing;
}

/// \param missing  the keys that have to be there and are not
Complaint complaint_about_unknown(const std::string& key,
                                  std::span<const std::string_view> missing) {
    // They may look like those of a key.
    const bool foreign =
        std::ranges::any_of(key, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
    // One of ours that is wrong is rather one that is missing.
    const bool ours = ascii_lower(key).starts_with("l4d2");
    const std::span<const std::string_view> meant =
        ours && !missing.empty() ? missing : std::span<const std::string_view>(key_names);
    return {fmt::format("unknown key {}{} is ignored", printable(key),
                        foreign ? ", which has characters beyond ASCII," : ""),
            fmt::format("remove it, or did you mean {}?", nearest(key, meant))};
}

} // namespace

KeyAssignments choose_assignments(const std::vector<Assignment>& assignments,
                                  DiagnosticCollector& diagnostics) {
    KeyAssignments values;
    for (const Assignment& assignment : assignments)
        if (find_instance_key(assignment.key) != nullptr)
            values[assignment.key] = &assignment;
    for (const Assignment& assignment : assignments) {
        const auto last = values.find(assignment.key);
        if (last != values.end() && last->second != &assignment)
            diagnostics.add(Severity::warning, assignment.line,
                            {fmt::format("{} is assigned again in line {}, which counts",
                                         assignment.key, last->second->line),
                             std::string(remedy_for_second(assignment.key))});
    }
    const std::vector<std::string_view> missing = missing_keys(values);
    for (const Assignment& assignment : assignments)
        if (find_instance_key(assignment.key) == nullptr)
            diagnostics.add_warning(
                assignment.line, [&] { return complaint_about_unknown(assignment.key, missing); });
    return values;
}

} // namespace left4me
