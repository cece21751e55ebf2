#include "generator/l4d2ctl/units/effective_settings.hpp"

#include "generator/units/generated_settings.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace left4me::ctl {

namespace {

struct OldName {
    std::string_view section;
    std::string_view key;
    std::string_view new_section;
    std::string_view new_key;
};

/// What systemd still takes under another name (its load-fragment-gperf).
constexpr std::array old_names = {
    OldName{"Unit", "StartLimitInterval", "Unit", "StartLimitIntervalSec"},
    OldName{"Service", "StartLimitInterval", "Unit", "StartLimitIntervalSec"},
    OldName{"Service", "StartLimitBurst", "Unit", "StartLimitBurst"},
    OldName{"Service", "ReadWriteDirectories", "Service", "ReadWritePaths"},
    OldName{"Service", "InaccessibleDirectories", "Service", "InaccessiblePaths"},
};

std::pair<std::string_view, std::string_view> current_name(const UnitSetting& setting) {
    for (const OldName& old : old_names)
        if (old.section == setting.section && old.key == setting.key)
            return {old.new_section, old.new_key};
    return {setting.section, setting.key};
}

bool is_bind(std::string_view key) {
    return key == "BindPaths" || key == "BindReadOnlyPaths";
}

/// \return nothing when there is none
template <typename Settings>
auto* find_in(Settings& settings, std::string_view section, std::string_view key) {
    const auto found = std::ranges::find_if(settings, [&](const EffectiveSetting& setting) {
        return setting.section == section && setting.key == key;
    });
    return found == settings.end() ? nullptr : &*found;
}

class Merger {
  public:
    explicit Merger(const UnitPieces& pieces) : m_pieces(pieces) { m_merged.unit = pieces.unit; }

    EffectiveUnit merge() {
        for_each_piece([this](const UnitPiece& piece) {
            if (piece.generated)
                watch(piece);
        });
        if (m_pieces.hidden)
            watch(*m_pieces.hidden);
        for_each_piece([this](const UnitPiece& piece) { read(piece); });
        for (EffectiveSetting& setting : m_merged.settings)
            judge(setting);
        std::erase_if(m_merged.settings,
                      [](const EffectiveSetting& setting) { return setting.values.empty(); });
        return std::move(m_merged);
    }

  private:
    template <typename Visit>
    void for_each_piece(const Visit& visit) const {
        if (m_pieces.fragment)
            visit(*m_pieces.fragment);
        for (const UnitPiece& piece : m_pieces.drop_ins)
            visit(piece);
    }

    void watch(const UnitPiece& piece) {
        for (UnitSetting& setting : parse_unit_settings(piece.text).settings)
            if (find_in(m_merged.settings, setting.section, setting.key) == nullptr)
                m_merged.settings.push_back(
                    {std::move(setting.section), std::move(setting.key), {}});
    }

    void read(const UnitPiece& piece) {
        for (const UnitSetting& setting : parse_unit_settings(piece.text).settings) {
            const auto [section, key] = current_name(setting);
            // BindPaths= clears what BindReadOnlyPaths= has put there, too, and the other way
            // round.
            if (section == "Service" && is_bind(key) && setting.value.empty()) {
                for (const char* bind : {"BindPaths", "BindReadOnlyPaths"})
                    if (EffectiveSetting* const effective =
                            find_in(m_merged.settings, section, bind))
                        clear(*effective, value_of(setting, piece));
            } else if (EffectiveSetting* const effective =
                           find_in(m_merged.settings, section, key)) {
                apply(*effective, value_of(setting, piece));
            }
        }
    }

    static SettingValue value_of(const UnitSetting& setting, const UnitPiece& piece) {
        return {setting.value, piece.path, setting.line, piece.generated};
    }

    void apply(EffectiveSetting& setting, SettingValue value) {
        const Merging merging = merging_of(setting.section, setting.key);
        // Which of several counts shows at the end.
        if (merging == Merging::last || !value.value.empty())
            setting.values.push_back(std::move(value));
        else if (merging == Merging::list)
            clear(setting, value);
    }

    /// What is neither the generator's nor in the file that defines the unit.
    [[nodiscard]] bool is_of_others(const SettingValue& value) const {
        return !value.generated && !(m_pieces.fragment && value.file == m_pieces.fragment->path);
    }

    void report(Override::Kind kind, const EffectiveSetting& setting, std::string generated,
                const SettingValue& other) {
        m_merged.overrides.push_back(
            {kind, setting.section, setting.key, std::move(generated), other});
    }

    void clear(EffectiveSetting& setting, const SettingValue& by) {
        for (const SettingValue& old : setting.values)
            if (old.generated && !by.generated)
                report(Override::Kind::removed, setting, old.value, by);
            else if (by.generated && is_of_others(old))
                report(Override::Kind::ineffective, setting, {}, old);
        setting.values.clear();
    }

    /// Leaves the last value, and reports whom it takes the place of.
    void judge_last(EffectiveSetting& setting) {
        if (setting.values.empty())
            return;
        const SettingValue last = std::move(setting.values.back());
        setting.values.pop_back();
        const auto ours = std::ranges::find_if(setting.values, &SettingValue::generated);
        if (!last.generated && ours != setting.values.end() && ours->value != last.value)
            report(Override::Kind::replaced, setting, ours->value, last);
        for (const SettingValue& value : setting.values)
            if (last.generated && is_of_others(value) && value.value != last.value)
                report(Override::Kind::ineffective, setting, last.value, value);
        setting.values.assign(1, last);
    }

    void judge(EffectiveSetting& setting) {
        if (merging_of(setting.section, setting.key) == Merging::last)
            return judge_last(setting);
        for (const SettingValue& value : setting.values)
            if (is_of_others(value))
                report(Override::Kind::added, setting, {}, value);
    }

    const UnitPieces& m_pieces;
    EffectiveUnit m_merged;
};

} // namespace

const EffectiveSetting* EffectiveUnit::find(std::string_view section, std::string_view key) const {
    return find_in(settings, section, key);
}

EffectiveUnit merge_unit(const UnitPieces& pieces) {
    return Merger(pieces).merge();
}

} // namespace left4me::ctl
