#include "generator/units/generated_settings.hpp"

#include "generator/text/path_text.hpp"
#include "generator/units/run_paths.hpp"
#include "generator/units/unit_syntax.hpp"

#include <algorithm>
#include <string>

namespace left4me {

namespace {

/// The two forms in which quote_word() writes a path made one: what is below a path begins with it.
std::string without_quotes(std::string word) {
    if (word.starts_with('"'))
        word = word.substr(1, word.size() - 2);
    return word;
}

} // namespace

SettingOrigins origins_of_mount_point(std::string_view value, std::string_view instance,
                                      const HostConfiguration& configuration) {
    if (value == quote_word(configuration.runtime_directory(instance)))
        return setting_rows::from_root;
    SettingOrigins origins = {.instance_keys = setting_rows::layers};
    if (path_below(without_quotes(std::string(value)),
                   without_quotes(quote_word(configuration.root))))
        origins.host_keys = setting_rows::root;
    return origins;
}

SettingOrigins origins_of_view(std::string_view value, std::string_view instance,
                               const HostConfiguration& configuration) {
    const auto shows = [value](std::string_view path) {
        return value.find(escape_specifiers(path) + '"') != std::string_view::npos;
    };
    const bool is_runtime = shows(configuration.runtime_directory(instance));
    SettingOrigins origins;
    origins.name = is_runtime || value.find(server_roots) != std::string_view::npos;
    if (is_runtime || shows(configuration.root))
        origins.host_keys = setting_rows::root;
    else
        origins.host_keys = setting_rows::directories;
    return origins;
}

const SettingRow* find_setting_row(std::string_view unit, std::string_view section,
                                   std::string_view key) {
    const auto* const found = std::ranges::find_if(setting_rows::all, [&](const SettingRow& row) {
        return row.section == section && row.key == key && unit.ends_with(row.unit_ending);
    });
    return found == setting_rows::all.end() ? nullptr : found;
}

Merging merging_of(std::string_view section, std::string_view key) {
    const SettingRow* const row = find_setting_row({}, section, key);
    return row == nullptr ? Merging::last : row->merging;
}

} // namespace left4me
