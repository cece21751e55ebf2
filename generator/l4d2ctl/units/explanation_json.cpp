#include "generator/l4d2ctl/units/explanation.hpp"

#include "generator/text/enum_words.hpp"
#include "generator/text/json_text.hpp"

namespace left4me::ctl {

namespace {

/// Raised whenever a field changes its meaning.
constexpr int explanation_version = 1;

using nlohmann::ordered_json;

ordered_json diagnostic_to_json(const Diagnostic& diagnostic) {
    return {{"severity", enum_name(diagnostic.severity)},
            {"file", diagnostic.file},
            {"line", number_or_null(diagnostic.line)},
            {"problem", diagnostic.complaint.problem},
            {"remedy", diagnostic.complaint.remedy}};
}

ordered_json assignment_to_json(const GeneratedSetting& setting) {
    return {{"unit", setting.unit},
            {"section", setting.section},
            {"key", setting.key},
            {"value", setting.value}};
}

ordered_json line_to_json(const ExplainedLine& line, const Explanation& explanation) {
    return {{"line", line.line},
            {"last_line", line.last_line},
            {"text", line.text},
            {"key", text_or_null(line.key)},
            {"value", line.key.empty() ? ordered_json() : ordered_json(line.value)},
            {"settings", array_of(line.became,
                                  [&](std::size_t index) {
                                      return assignment_to_json(
                                          explanation.settings[index].setting);
                                  })},
            {"nothing", text_or_null(line.nothing)}};
}

ordered_json setting_to_json(const ExplainedSetting& explained) {
    ordered_json object = assignment_to_json(explained.setting);
    object["file"] = explained.setting.file;
    object["line"] = number_or_null(explained.setting.line);
    object["origin"] = {{"instance_env", explained.origins.instance_keys},
                        {"left4me_conf", explained.origins.host_keys},
                        {"name", explained.origins.name},
                        {"place", explained.origins.source}};
    return object;
}

ordered_json piece_to_json(const UnitPiece& piece) {
    return {{"path", piece.path}, {"generated", piece.generated}, {"masked", piece.masked}};
}

ordered_json unit_to_json(const UnitPieces& unit) {
    return {{"unit", unit.unit},
            {"fragment", unit.fragment ? piece_to_json(*unit.fragment) : ordered_json()},
            {"drop_ins", array_of(unit.drop_ins, piece_to_json)}};
}

ordered_json value_to_json(const SettingValue& value) {
    return {{"value", value.value}, {"file", value.file}, {"line", value.line}};
}

ordered_json effective_to_json(const std::vector<EffectiveUnit>& units) {
    ordered_json list = ordered_json::array();
    for (const EffectiveUnit& unit : units)
        for (const EffectiveSetting& setting : unit.settings)
            list.push_back({{"unit", unit.unit},
                            {"section", setting.section},
                            {"key", setting.key},
                            {"values", array_of(setting.values, value_to_json)}});
    return list;
}

ordered_json overrides_to_json(const std::vector<EffectiveUnit>& units) {
    ordered_json list = ordered_json::array();
    for (const EffectiveUnit& unit : units)
        for (const Override& found : unit.overrides)
            list.push_back({{"kind", enum_name(found.kind)},
                            {"unit", unit.unit},
                            {"section", found.section},
                            {"key", found.key},
                            {"generated", text_or_null(found.generated)},
                            {"other", value_to_json(found.other)}});
    return list;
}

} // namespace

std::string to_json(const Explanation& explanation) {
    return printed(
        {{"version", explanation_version},
         {"name", explanation.name},
         {"state", enum_name(explanation.state)},
         {"source", text_or_null(explanation.source)},
         {"reasons", explanation.reasons},
         {"diagnostics", array_of(explanation.diagnostics, diagnostic_to_json)},
         {"lines",
          array_of(explanation.lines,
                   [&](const ExplainedLine& line) { return line_to_json(line, explanation); })},
         {"settings", array_of(explanation.settings, setting_to_json)},
         {"units", array_of(explanation.pieces, unit_to_json)},
         {"effective", effective_to_json(explanation.effective)},
         {"overrides", overrides_to_json(explanation.effective)},
         {"command_line",
          explanation.command ? ordered_json(explanation.command->words) : ordered_json()},
         {"command_line_as_written", explanation.command && explanation.command->expands},
         {"reload_needed", value_or_null(explanation.reload_needed)}});
}

} // namespace left4me::ctl
