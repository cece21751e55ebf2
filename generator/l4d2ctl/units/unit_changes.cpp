#include "generator/l4d2ctl/units/unit_changes.hpp"

#include "generator/instance/instance_name.hpp"
#include "generator/l4d2ctl/units/unit_settings.hpp"
#include "generator/units/unit_names.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace left4me::ctl {

namespace {

/// "" when it is of no instance.
std::string instance_of(const UnitFile& file) {
    const std::string unit = file.kind == UnitFile::Kind::symlink
                                 ? file.path.substr(file.path.find('/') + 1)
                                 : unit_of_file(file.path);
    if (unit.ends_with(".mount")) {
        for (UnitSetting& setting : parse_unit_settings(file.content).settings)
            if (setting.section == "Mount" && setting.key == "What")
                return is_name_of_any_version(setting.value) ? std::move(setting.value)
                                                             : std::string();
        return {};
    }
    if (auto instance = instance_of_layers_target(unit))
        return *std::move(instance);
    return instance_of_service(unit).value_or("");
}

/// The settings of a file, those of one key together, in the order in which they first stand there.
std::vector<SettingChange> collect(const UnitFile* before, const UnitFile* after) {
    std::vector<SettingChange> changes;
    const auto add = [&changes](const UnitFile* file,
                                std::vector<std::string> SettingChange::*side) {
        if (file == nullptr)
            return;
        for (GeneratedSetting& setting : settings_of({*file})) {
            auto change = std::ranges::find_if(changes, [&](const SettingChange& known) {
                return known.section == setting.section && known.key == setting.key;
            });
            if (change == changes.end())
                change = changes.insert(changes.end(), {setting.section, setting.key, {}, {}});
            ((*change).*side).push_back(std::move(setting.value));
        }
    };
    add(before, &SettingChange::before);
    add(after, &SettingChange::after);
    std::erase_if(changes,
                  [](const SettingChange& change) { return change.before == change.after; });
    return changes;
}

const UnitFile* find(const std::vector<UnitFile>& files, const std::string& path) {
    const auto found = std::ranges::find(files, path, &UnitFile::path);
    return found == files.end() ? nullptr : &*found;
}

} // namespace

FilesByInstance files_by_instance(std::vector<UnitFile> files) {
    FilesByInstance sorted;
    for (UnitFile& file : files)
        sorted[instance_of(file)].push_back(std::move(file));
    return sorted;
}

UnitsState state_of(const std::vector<UnitFile>& files) {
    const auto any_has = [settings = settings_of(files)](std::string_view section,
                                                         std::string_view key) {
        return std::ranges::any_of(settings, [&](const GeneratedSetting& setting) {
            return setting.section == section && setting.key == key &&
                   instance_of_service(setting.unit);
        });
    };
    if (any_has("Service", "ExecStart"))
        return UnitsState::usable;
    if (any_has("Unit", "SourcePath"))
        return UnitsState::unusable;
    return any_has("Service", "ExecStopPost") ? UnitsState::retired : UnitsState::none;
}

std::vector<FileChange> compare_files(const std::vector<UnitFile>& before,
                                      const std::vector<UnitFile>& after) {
    std::vector<FileChange> changes;
    for (const UnitFile& file : after) {
        const UnitFile* const old = find(before, file.path);
        FileChange change = {old == nullptr ? FileChange::Kind::added : FileChange::Kind::changed,
                             file.path, unit_of_file(file.path), collect(old, &file)};
        if (old == nullptr || !change.settings.empty())
            changes.push_back(std::move(change));
    }
    for (const UnitFile& file : before)
        if (find(after, file.path) == nullptr)
            changes.push_back({FileChange::Kind::removed, file.path, unit_of_file(file.path),
                               collect(&file, nullptr)});
    return changes;
}

bool changes_command(const std::vector<FileChange>& changes) {
    return std::ranges::any_of(changes, [](const FileChange& file) {
        return std::ranges::count(file.settings, "ExecStart", &SettingChange::key) > 0;
    });
}

std::vector<ListStep> compare_lists(const std::vector<std::string>& before,
                                    const std::vector<std::string>& after) {
    constexpr std::size_t longest = 2000;
    std::vector<ListStep> steps;
    std::size_t i = 0;
    std::size_t j = 0;
    const auto take = [&](ListStep::Kind kind) {
        steps.push_back({kind, kind == ListStep::Kind::added ? after[j] : before[i]});
        i += kind == ListStep::Kind::added ? 0 : 1;
        j += kind == ListStep::Kind::removed ? 0 : 1;
    };
    // common[a][b]: how long the longest common subsequence behind both positions is.
    const std::size_t rows = before.size() + 1;
    const std::size_t columns = after.size() + 1;
    std::vector<unsigned> common;
    if (rows <= longest && columns <= longest) {
        common.assign(rows * columns, 0);
        for (std::size_t a = before.size(); a-- > 0;)
            for (std::size_t b = after.size(); b-- > 0;)
                common[a * columns + b] =
                    before[a] == after[b]
                        ? common[(a + 1) * columns + b + 1] + 1
                        : std::max(common[(a + 1) * columns + b], common[a * columns + b + 1]);
    }
    while (i < before.size() || j < after.size()) {
        if (i < before.size() && j < after.size() && before[i] == after[j])
            take(ListStep::Kind::kept);
        else if (j == after.size() ||
                 (i < before.size() &&
                  (common.empty() || common[(i + 1) * columns + j] >= common[i * columns + j + 1])))
            take(ListStep::Kind::removed);
        else
            take(ListStep::Kind::added);
    }
    return steps;
}

} // namespace left4me::ctl
