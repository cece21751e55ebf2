#include "generator/l4d2ctl/verbs/ctl_verbs.hpp"
#include "generator/units/run_paths.hpp"

#include "generator/host/host_tree.hpp"
#include "generator/l4d2ctl/observe/generated_units.hpp"
#include "generator/l4d2ctl/observe/host_survey.hpp"
#include "generator/l4d2ctl/observe/instance_text.hpp"
#include "generator/l4d2ctl/observe/unit_files.hpp"
#include "generator/l4d2ctl/units/explanation.hpp"
#include "generator/l4d2ctl/units/unit_changes.hpp"
#include "generator/text/enum_words.hpp"
#include "generator/text/exit_status.hpp"
#include "generator/text/nearest.hpp"
#include "generator/units/unit_names.hpp"

#include <fmt/format.h>
#include <utility>

namespace left4me::ctl {

namespace {

using Kind = GeneratedInstance::Kind;
constexpr EnumWords<Kind, ExplainedState> states_of = {
    {Kind::usable, ExplainedState::usable},
    {Kind::unusable, ExplainedState::unusable},
    {Kind::retired, ExplainedState::retired},
    {Kind::refused, ExplainedState::refused},
};

class Explainer {
  public:
    explicit Explainer(const CommandLine& command_line)
        : m_command_line(command_line), m_tree(command_line.root), m_survey(survey_host(m_tree)),
          m_there(files_by_instance(read_generated_units(m_tree).files)[name()]) {
        m_explanation.name = name();
    }

    VerbResult explain() {
        m_result.tell(m_survey.notes());
        m_result.exit_status = static_cast<int>(find());
        m_result.text = m_command_line.json ? to_json(m_explanation) : to_text(m_explanation);
        return std::move(m_result);
    }

  private:
    [[nodiscard]] const std::string& name() const { return m_command_line.names.front(); }

    ExitStatus find() {
        if (!m_survey.configuration) {
            m_explanation.reasons.emplace_back(
                "left4me.conf cannot be used, so nothing is generated for any instance");
            m_explanation.diagnostics = m_survey.diagnostics;
            return ExitStatus::bad_configuration;
        }
        if (const GeneratedInstance* const found = m_survey.find(name()))
            return explain_found(*found);
        if (const GenerationFailure* const failure = m_survey.find_failure(name())) {
            m_explanation.reasons.push_back(left4me::ctl::to_string(*failure));
            m_result.tell(m_explanation.reasons.back());
            return ExitStatus::system_call_failed;
        }
        const HiddenInstance* const hidden = m_survey.find_hidden(name());
        return hidden == nullptr ? explain_unknown() : explain_hidden(*hidden);
    }

    ExitStatus explain_found(const GeneratedInstance& found) {
        const bool usable = found.kind == GeneratedInstance::Kind::usable;
        m_explanation.state = states_of[found.kind];
        m_explanation.source = found.reading.source;
        m_explanation.diagnostics = found.reading.diagnostics;
        if (const PortConflict* const conflict = m_survey.find_port_conflict(name()))
            m_explanation.diagnostics.push_back(conflict->diagnostic);
        m_explanation.settings =
            explain_settings(found.files, name(), usable, *m_survey.configuration);
        if (found.kind == GeneratedInstance::Kind::retired)
            m_explanation.reasons = {
                "it has no instance.env any more and is still mounted",
                "what is generated unmounts it when its server stops, and starts nothing"};
        else
            m_explanation.lines =
                explain_lines(read_instance_text(m_tree, found.reading.source, name()),
                              found.reading.source, usable, m_explanation.settings);
        if (found.kind == GeneratedInstance::Kind::refused)
            m_explanation.reasons = {
                "there are more instances than MaxInstances= of left4me.conf, so nothing is "
                "generated that starts it"};
        if (found.kind == GeneratedInstance::Kind::unusable)
            m_explanation.reasons = {
                "what is generated refuses its start, and unmounts a server that was running"};
        explain_units_of(found.files, usable);
        m_explanation.reload_needed = !compare_files(m_there, found.files).empty();
        return usable || found.kind == GeneratedInstance::Kind::retired
                   ? ExitStatus::done
                   : ExitStatus::bad_configuration;
    }

    void explain_units_of(const std::vector<UnitFile>& files, bool usable) {
        std::vector<UnitPieces> pieces = {find_unit_pieces(m_tree, service_name(name()), files)};
        if (usable)
            for (const std::string& unit :
                 {mount_unit_name(name(), *m_survey.configuration), layers_target_name(name())})
                pieces.push_back(find_unit_pieces(m_tree, unit, files));
        explain_units(m_explanation, std::move(pieces));
        if (!usable)
            m_explanation.command.reset();
    }

    ExitStatus explain_hidden(const HiddenInstance& hidden) {
        m_explanation.state = ExplainedState::hidden;
        m_explanation.source = hidden.source;
        m_explanation.reasons = {"its instance.env cannot be read by you",
                                 "what follows was made of it at the last reload"};
        const bool usable = left4me::ctl::state_of(m_there) == UnitsState::usable;
        m_explanation.settings = explain_settings(m_there, name(), usable, *m_survey.configuration);
        explain_units_of(m_there, usable);
        m_result.tell(only_root_may_read(hidden.source));
        return ExitStatus::no_such_instance;
    }

    ExitStatus explain_unknown() {
        std::vector<std::string_view> known;
        std::vector<InstancePlace> places;
        for (const std::string& directory : m_survey.configuration->instance_directories)
            places.push_back(look_for_instance(m_tree, directory, name()));
        for (const InstancePlace& place : places) {
            m_explanation.reasons.push_back(fmt::format("{}: {}", place.directory, place.why));
            known.insert(known.end(), place.names.begin(), place.names.end());
        }
        std::erase(known, name());
        if (!known.empty())
            m_explanation.reasons.push_back(
                fmt::format("did you mean {}?", nearest(name(), known)));
        if (!m_there.empty())
            m_explanation.reasons.push_back(
                fmt::format("systemd still has its units: l4d2ctl diff {} shows what a reload "
                            "changes",
                            name()));
        if (!m_survey.sees_records)
            m_result.tell(fmt::format("{}: Permission denied: whether it is still mounted, only "
                                      "root can see: run it as root",
                                      state_path));
        m_result.tell(m_survey.why_unknown(name()));
        return ExitStatus::no_such_instance;
    }

    const CommandLine& m_command_line;
    HostTree m_tree;
    HostSurvey m_survey;
    /// What the generator has left of it.
    std::vector<UnitFile> m_there;
    Explanation m_explanation;
    VerbResult m_result;
};

} // namespace

VerbResult explain_instance(const CommandLine& command_line) {
    return Explainer(command_line).explain();
}

} // namespace left4me::ctl
