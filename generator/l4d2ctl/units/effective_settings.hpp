#pragma once

#include "generator/l4d2ctl/units/unit_settings.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace left4me::ctl {

/// One file that systemd reads for a unit.
struct UnitPiece {
    std::string path;
    /// Empty if the file is masked or could not be read.
    std::string text;
    /// Whether the generator makes it; the file need not exist yet.
    bool generated = false;
    /// Whether it is a symlink to /dev/null or, as a fragment, empty (systemd.unit(5)).
    bool masked = false;
    /// Why it could not be read; empty if it could.
    std::string problem;
};

/// All files that systemd reads for a unit.
struct UnitPieces {
    std::string unit;
    /// The file that defines the unit; nullopt if there is none.
    std::optional<UnitPiece> fragment;
    /// In the order in which they apply.
    std::vector<UnitPiece> drop_ins;
    /// A file that the generator makes and systemd does not read; the last one if there are more.
    std::optional<UnitPiece> hidden;
    /// The path of the file that is read instead; empty without `hidden`.
    std::string hidden_by;
};

/// A value and where it comes from.
struct SettingValue {
    std::string value;
    /// The path of the file.
    std::string file;
    /// The line that it begins on, counted from 1.
    unsigned line = 0;
    /// Whether the generator makes that file.
    bool generated = false;
};

/// The result of all files for one setting.
struct EffectiveSetting {
    std::string section;
    std::string key;
    /// One, or several in their order if systemd adds them up.
    std::vector<SettingValue> values;
};

/// A file that changes a setting of the generator's, or tries to. The file is neither generated nor
/// the one that defines the unit.
struct Override {
    enum class Kind {
        /// It puts `other` in place of `generated`.
        replaced,
        /// It clears the list that `generated` was in.
        removed,
        /// It adds `other` to the list.
        added,
        /// Its `other` has no effect: the generated drop-in comes later.
        ineffective,
    };

    Kind kind;
    std::string section;
    std::string key;
    /// The generator's value. Empty for `added`, and for `ineffective` if a list was cleared.
    std::string generated;
    /// What the file says; without a value for `removed`.
    SettingValue other;
};

/// A unit after all its files were read.
struct EffectiveUnit {
    std::string unit;
    /// The settings that the generator makes, in its order, whichever file decides them. A setting
    /// that ends without a value is left out.
    std::vector<EffectiveSetting> settings;
    std::vector<Override> overrides;

    /// \return a pointer into `settings`; nullptr if there is no such setting
    [[nodiscard]] const EffectiveSetting* find(std::string_view section,
                                               std::string_view key) const;
};

/// Merges the files in their order, as systemd does (systemd.unit(5); Merging in
/// generated_settings.hpp). Values stay as written: nothing checks whether systemd accepts them.
[[nodiscard]] EffectiveUnit merge_unit(const UnitPieces& pieces);

} // namespace left4me::ctl
