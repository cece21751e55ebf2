#include "generator/l4d2ctl/units/start_conditions.hpp"

#include "generator/l4d2ctl/units/unit_settings.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <optional>
#include <string_view>

namespace left4me::ctl {

namespace {

constexpr std::string_view condition = "Condition";
constexpr std::string_view assertion = "Assert";

/// What stands behind that in a key.
struct Subject {
    std::string_view name;
    PathCondition::Kind kind;
};

constexpr std::array kinds = {Subject{"PathExists", PathCondition::Kind::exists},
                              Subject{"PathIsDirectory", PathCondition::Kind::is_directory},
                              Subject{"PathIsMountPoint", PathCondition::Kind::is_mount_point}};

/// \return "Condition" or "Assert", or "" if the setting is neither
std::string_view list_of(const UnitSetting& setting) {
    if (setting.section != "Unit")
        return {};
    for (const std::string_view list : {condition, assertion})
        if (setting.key.starts_with(list))
            return list;
    return {};
}

std::optional<PathCondition> read_condition(const UnitSetting& setting, std::string_view list,
                                            const std::string& file) {
    const std::string_view subject = std::string_view(setting.key).substr(list.size());
    const bool negated = setting.value.starts_with('!');
    std::string path = setting.value.substr(negated ? 1 : 0);
    const auto* const kind = std::ranges::find(kinds, subject, &Subject::name);
    if (kind == kinds.end() || !path.starts_with('/') || path.find('%') != std::string::npos)
        return std::nullopt;
    return PathCondition{kind->kind, std::move(path),
                         negated,    fmt::format("{}={}", setting.key, setting.value),
                         file,       setting.line};
}

} // namespace

std::vector<PathCondition> path_conditions(const UnitPieces& pieces) {
    std::vector<PathCondition> conditions;
    const auto read = [&](const UnitPiece& piece) {
        for (const UnitSetting& setting : parse_unit_settings(piece.text).settings) {
            const std::string_view list = list_of(setting);
            // One without a value takes back all that there are, whatever they are about.
            if (!list.empty() && setting.value.empty())
                std::erase_if(conditions, [list](const PathCondition& known) {
                    return known.text.starts_with(list);
                });
            else if (!list.empty())
                if (auto found = read_condition(setting, list, piece.path))
                    conditions.push_back(*std::move(found));
        }
    };
    if (pieces.fragment)
        read(*pieces.fragment);
    for (const UnitPiece& piece : pieces.drop_ins)
        read(piece);
    return conditions;
}

} // namespace left4me::ctl
