#pragma once

#include "generator/units/instance_units.hpp"

#include <map>
#include <string>
#include <vector>

namespace left4me::ctl {

/// What the generator has made of an instance, as its files show it.
enum class UnitsState { none, usable, unusable, retired };

/// The values of one setting, before and after; more than one where it is a list.
struct SettingChange {
    std::string section;
    std::string key;
    std::vector<std::string> before;
    std::vector<std::string> after;
};

struct FileChange {
    enum class Kind { added, removed, changed };

    Kind kind;
    /// Relative to the generator's directory.
    std::string path;
    std::string unit;
    std::vector<SettingChange> settings;
};

struct InstanceChange {
    std::string name;
    UnitsState before = UnitsState::none;
    UnitsState after = UnitsState::none;
    std::vector<FileChange> files;
};

/// The generator's files by the instance that they are of; "" has those of none.
using FilesByInstance = std::map<std::string, std::vector<UnitFile>, std::less<>>;

/// Sorts the generator's files by instance: a mount unit says whose it is, and of all else the name
/// does.
[[nodiscard]] FilesByInstance files_by_instance(std::vector<UnitFile> files);

/// \param files  of one instance
[[nodiscard]] UnitsState state_of(const std::vector<UnitFile>& files);

/// What is different in what two sets of files make systemd do; a comment is not.
[[nodiscard]] std::vector<FileChange> compare_files(const std::vector<UnitFile>& before,
                                                    const std::vector<UnitFile>& after);

/// A piece of the difference of two lists.
struct ListStep {
    enum class Kind { kept, removed, added };

    Kind kind;
    std::string text;
};

/// The shortest way from one list to the other, or for long ones any way.
[[nodiscard]] std::vector<ListStep> compare_lists(const std::vector<std::string>& before,
                                                  const std::vector<std::string>& after);

} // namespace left4me::ctl
