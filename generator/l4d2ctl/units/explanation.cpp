#include "generator/l4d2ctl/units/explanation.hpp"

#include "generator/instance/env_file.hpp"
#include "generator/instance/instance_keys.hpp"
#include "generator/l4d2ctl/units/start_commands.hpp"
#include "generator/text/enum_words.hpp"
#include "generator/text/fields.hpp"
#include "generator/text/json_text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <map>
#include <utility>

namespace left4me::ctl {

namespace {

bool says_nothing(std::string_view line) {
    const std::size_t first = line.find_first_not_of(" \t\r");
    return first == std::string_view::npos || line[first] == '#' || line[first] == ';';
}

class LineExplainer {
  public:
    LineExplainer(std::string_view text, const std::string& source, bool usable,
                  const std::vector<ExplainedSetting>& settings)
        : m_lines(split(text, '\n')), m_file(parse_env_file(text, source)), m_usable(usable),
          m_settings(settings) {}

    std::vector<ExplainedLine> explain() {
        for (const Assignment& assignment : m_file.assignments)
            m_last[assignment.key] = &assignment;
        std::size_t next = 1;
        for (const Assignment& assignment : m_file.assignments) {
            pass(next, assignment.line);
            explain(assignment);
            next = assignment.last_line + std::size_t{1};
        }
        pass(next, m_lines.size() + 1);
        return std::move(m_explained);
    }

  private:
    /// What stands between two assignments.
    void pass(std::size_t from, std::size_t end) {
        for (std::size_t line = from; line < end && line <= m_lines.size(); ++line)
            if (const std::string_view text = m_lines[line - 1]; !says_nothing(text))
                m_explained.push_back({static_cast<unsigned>(line),
                                       static_cast<unsigned>(line),
                                       std::string(text),
                                       {},
                                       {},
                                       {},
                                       "it is no assignment"});
    }

    void explain(const Assignment& assignment) {
        ExplainedLine line;
        line.line = assignment.line;
        line.last_line = std::max(
            assignment.line, std::min(assignment.last_line, static_cast<unsigned>(m_lines.size())));
        for (unsigned number = line.line; number <= line.last_line; ++number)
            line.text.append(number == line.line ? "" : "\n").append(m_lines[number - 1]);
        line.key = assignment.key;
        line.value = assignment.value;
        explain(assignment, line);
        m_explained.push_back(std::move(line));
    }

    void explain(const Assignment& assignment, ExplainedLine& line) {
        const Assignment* const last = m_last.at(assignment.key);
        const InstanceKey* const key = find_instance_key(assignment.key);
        if (key == nullptr) {
            line.nothing = "the key is unknown";
        } else if (last != &assignment) {
            line.nothing = fmt::format("line {} assigns it again", last->line);
        } else if (!m_usable) {
            line.nothing = "the file cannot be used";
        } else {
            if (!assignment.value.empty())
                line.became = made_from(assignment.key);
            if (line.became.empty())
                line.nothing = key->became_nothing;
        }
    }

    /// Indices of the settings that a key of instance.env has a say in.
    [[nodiscard]] std::vector<std::size_t> made_from(std::string_view key) const {
        std::vector<std::size_t> indices;
        for (std::size_t i = 0; i < m_settings.size(); ++i)
            if (const auto& keys = m_settings[i].origins.instance_keys;
                std::ranges::find(keys, key) != keys.end())
                indices.push_back(i);
        return indices;
    }

    std::vector<std::string> m_lines;
    EnvFile m_file;
    bool m_usable;
    const std::vector<ExplainedSetting>& m_settings;
    std::map<std::string_view, const Assignment*> m_last;
    std::vector<ExplainedLine> m_explained;
};

void report_problems(const UnitPieces& pieces, Diagnostics& diagnostics) {
    const auto report = [&](const UnitPiece& piece) {
        if (!piece.problem.empty())
            diagnostics.push_back(warning_at(
                piece.path, 0, {piece.problem, "what it says is not in here: run it as root"}));
        if (const unsigned line = parse_unit_settings(piece.text).broken_line; line != 0)
            diagnostics.push_back(error_at(
                piece.path, line,
                {"a section header without its ']', where systemd stops reading", "close it"}));
    };
    if (pieces.fragment) {
        report(*pieces.fragment);
        if (pieces.fragment->masked)
            diagnostics.push_back(
                error_at(pieces.fragment->path, 0,
                         {fmt::format("{} is masked and cannot be started", pieces.unit),
                          "remove the file, or systemctl unmask what it masks"}));
    } else {
        diagnostics.push_back(error_at(
            pieces.unit, 0, {"no file here defines this unit", "install left4me-systemd"}));
    }
    for (const UnitPiece& drop_in : pieces.drop_ins)
        report(drop_in);
    if (pieces.hidden)
        diagnostics.push_back(error_at(
            pieces.hidden_by, 0,
            {fmt::format("it takes the place of {}, which is not read", pieces.hidden->path),
             "give it another name, or remove it"}));
}

/// Of a unit of Type=exec, systemd takes one command.
void report_commands(const EffectiveUnit& unit, Diagnostics& diagnostics) {
    const EffectiveSetting* const start = unit.find("Service", "ExecStart");
    if (start == nullptr)
        return;
    std::ranges::move(objections_to_commands(start->values), std::back_inserter(diagnostics));
}

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

std::vector<ExplainedLine> explain_lines(std::string_view text, const std::string& source,
                                         bool usable,
                                         const std::vector<ExplainedSetting>& settings) {
    return LineExplainer(text, source, usable, settings).explain();
}

std::vector<ExplainedSetting> explain_settings(const std::vector<UnitFile>& files,
                                               std::string_view instance, bool usable,
                                               const HostConfiguration& configuration) {
    std::vector<ExplainedSetting> explained;
    for (GeneratedSetting& setting : settings_of(files)) {
        SettingOrigins origins = origins_of(setting, instance, configuration);
        // Where nothing can be started, the limit is none.
        if (!usable && setting.key.starts_with("StartLimit"))
            origins = {};
        explained.push_back({std::move(setting), origins});
    }
    return explained;
}

void explain_units(Explanation& explanation, std::vector<UnitPieces> pieces) {
    for (const UnitPieces& unit : pieces) {
        report_problems(unit, explanation.diagnostics);
        explanation.effective.push_back(merge_unit(unit));
        const EffectiveUnit& effective = explanation.effective.back();
        report_commands(effective, explanation.diagnostics);
        const EffectiveSetting* const start = effective.find("Service", "ExecStart");
        const bool masked = unit.fragment && unit.fragment->masked;
        if (start == nullptr || masked)
            continue;
        // Of several, the one that the others were added to.
        std::vector<UnitCommand> commands = split_commands(start->values.front().value);
        if (!commands.empty())
            explanation.command = std::move(commands.front());
    }
    explanation.pieces = std::move(pieces);
}

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
