#pragma once

#include "generator/l4d2ctl/units/unit_settings.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace left4me::ctl {

/// One file that has a say in a unit.
struct UnitPiece {
    std::string path;
    std::string text;
    /// Whether the generator makes it; it need not be there yet.
    bool generated = false;
    /// A symlink to /dev/null, or, where it would define the unit, an empty file.
    bool masked = false;
    /// Why it could not be read; empty when it could.
    std::string problem;
};

/// All files that have a say in a unit.
struct UnitPieces {
    std::string unit;
    /// What defines it; nothing when nothing does.
    std::optional<UnitPiece> fragment;
    /// In the order in which they apply.
    std::vector<UnitPiece> drop_ins;
    /// What the generator makes and another file takes the place of, and which one.
    std::optional<UnitPiece> hidden;
    std::string hidden_by;
};

/// A value and where it comes from.
struct SettingValue {
    std::string value;
    std::string file;
    unsigned line = 0;
    bool generated = false;
};

/// What a setting comes to when all files are read.
struct EffectiveSetting {
    std::string section;
    std::string key;
    /// One, or those of a list in their order.
    std::vector<SettingValue> values;
};

/// Where a file other than the generator's and the template has a say in a setting that the
/// generator makes as well.
struct Override {
    enum class Kind {
        /// It puts `other` in place of `generated`.
        replaced,
        /// It clears the list that `generated` was in.
        removed,
        /// It adds `other` to the list.
        added,
        /// Its `other` is in vain: the generated drop-in comes later.
        ineffective,
    };

    Kind kind;
    std::string section;
    std::string key;
    /// Empty where the generator's stays.
    std::string generated;
    SettingValue other;
};

struct EffectiveUnit {
    std::string unit;
    /// Those that the generator makes, in its order, whoever they are from in the end.
    std::vector<EffectiveSetting> settings;
    std::vector<Override> overrides;

    /// \return nothing when the generator does not make it
    [[nodiscard]] const EffectiveSetting* find(std::string_view section,
                                               std::string_view key) const;
};

/// Reads the files in their order, as systemd does. Values are as written: whether systemd takes
/// them is not looked at.
[[nodiscard]] EffectiveUnit merge_unit(const UnitPieces& pieces);

} // namespace left4me::ctl
