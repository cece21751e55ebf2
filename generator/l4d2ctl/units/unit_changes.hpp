#pragma once

#include "generator/units/instance_units.hpp"

#include <map>
#include <string>
#include <vector>

namespace left4me::ctl {

/// What the generator has made of an instance, as its files show it.
enum class UnitsState { none, usable, unusable, retired };

/// The values of one setting, before and after; empty where it is not set, several if it is a list.
struct SettingChange {
    std::string section;
    std::string key;
    std::vector<std::string> before;
    std::vector<std::string> after;
};

/// What changes in one file of the generator's.
struct FileChange {
    enum class Kind { added, removed, changed };

    Kind kind;
    /// Relative to the generator's directory.
    std::string path;
    /// The unit that the file is about, as unit_of_file() tells.
    std::string unit;
    /// Those that differ; all of them in a file that is added or removed.
    std::vector<SettingChange> settings;
};

/// What changes in the files of one instance.
struct InstanceChange {
    std::string name;
    UnitsState before = UnitsState::none;
    UnitsState after = UnitsState::none;
    std::vector<FileChange> files;
};

/// The generator's files by instance; "" has those that belong to none.
using FilesByInstance = std::map<std::string, std::vector<UnitFile>, std::less<>>;

/// Sorts the generator's files by instance. A mount unit names its instance in What=, every other
/// file in its path.
[[nodiscard]] FilesByInstance files_by_instance(std::vector<UnitFile> files);

/// Tells a state by the settings of the service that it takes.
///
/// \param files  of one instance; may be empty
/// \return none also for an instance that is left out for MaxInstances= and is not mounted
[[nodiscard]] UnitsState state_of(const std::vector<UnitFile>& files);

/// Compares two sets of files by their settings; comments and empty settings do not count.
///
/// \return the files of `after` in their order, then those that only `before` has
[[nodiscard]] std::vector<FileChange> compare_files(const std::vector<UnitFile>& before,
                                                    const std::vector<UnitFile>& after);

/// Whether what a server is started with is among what is different.
[[nodiscard]] bool changes_command(const std::vector<FileChange>& changes);

/// A piece of the difference of two lists.
struct ListStep {
    enum class Kind { kept, removed, added };

    Kind kind;
    std::string text;
};

/// \return the fewest steps from one list to the other; if one of them has 2,000 entries or more,
///         any steps that lead there
[[nodiscard]] std::vector<ListStep> compare_lists(const std::vector<std::string>& before,
                                                  const std::vector<std::string>& after);

} // namespace left4me::ctl
