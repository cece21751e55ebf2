#include "generator/l4d2ctl/verbs/ctl_verbs.hpp"
#include "generator/units/run_paths.hpp"

#include "generator/host/host_tree.hpp"
#include "generator/host/system_error.hpp"
#include "generator/l4d2ctl/observe/generated_units.hpp"
#include "generator/l4d2ctl/observe/host_survey.hpp"
#include "generator/l4d2ctl/observe/mount_inspection.hpp"
#include "generator/l4d2ctl/observe/service_manager.hpp"
#include "generator/l4d2ctl/units/host_changes.hpp"
#include "generator/text/exit_status.hpp"
#include "generator/text/nearest.hpp"
#include "generator/units/unit_names.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <optional>
#include <set>
#include <utility>

namespace left4me::ctl {

namespace {

class Differ {
  public:
    explicit Differ(const CommandLine& command_line)
        : m_command_line(command_line), m_tree(command_line.root), m_survey(survey_host(m_tree)) {}

    VerbResult diff() {
        read_there();
        look_at_directories();
        sort_survey();
        check_names();
        ask_systemd();
        compare();
        report_survey();

        m_result.text = m_command_line.json ? to_json(m_changes) : to_text(m_changes);
        if (m_result.exit_status == 0 &&
            (!m_changes.instances.empty() || !m_changes.others.empty()))
            m_result.exit_status = something_differs;
        return std::move(m_result);
    }

  private:
    void read_there() {
        GeneratedUnits there = read_generated_units(m_tree);
        for (const std::string& problem : there.problems)
            m_result.tell(problem + ": what is there counts as missing");
        m_there = files_by_instance(std::move(there.files));
    }

    /// Whether the generator, which is root, may find more instances than whoever runs this.
    void look_at_directories() {
        if (!m_survey.configuration)
            return;
        for (const std::string& directory : m_survey.configuration->instance_directories)
            if (!m_tree.open(directory, O_RDONLY | O_DIRECTORY) && errno == EACCES) {
                m_sees_directories = false;
                m_result.tell(fmt::format("{}: Permission denied: run it as root", directory));
            }
    }

    void sort_survey() {
        m_changes.configuration_usable = m_survey.configuration.has_value();
        for (const GeneratedInstance& instance : m_survey.instances)
            m_after[instance.name] = instance.files;
        m_after[""] = m_survey.other_files;
        for (const HiddenInstance& hidden : m_survey.hidden)
            if (is_wanted(hidden.name))
                m_changes.not_compared.push_back(hidden.name);
        if (const std::vector<std::string>& hidden = m_changes.not_compared; !hidden.empty())
            m_result.tell(only_root_may_read(m_survey.find_hidden(hidden.front())->source,
                                             hidden.size() - 1));
    }

    [[nodiscard]] bool is_wanted(const std::string& name) const {
        return m_command_line.names.empty() ||
               std::ranges::find(m_command_line.names, name) != m_command_line.names.end();
    }

    /// Those that are there, before a reload or after it.
    [[nodiscard]] std::set<std::string> instances() const {
        std::set<std::string> names;
        for (const FilesByInstance* files : {&m_there, &m_after})
            for (const auto& [name, unused] : *files)
                names.insert(name);
        names.erase("");
        return names;
    }

    /// \throw Refusal when there is no such instance, before a reload or after it
    void check_names() const {
        const std::set<std::string> names = instances();
        std::vector<std::string_view> known(names.begin(), names.end());
        for (const HiddenInstance& hidden : m_survey.hidden)
            known.emplace_back(hidden.name);
        for (const std::string& name : m_command_line.names)
            if (std::ranges::find(known, name) == known.end())
                refuse({name + ": no such instance, neither before a reload nor after it",
                        known.empty() ? std::string("there is none")
                                      : fmt::format("did you mean {}?", nearest(name, known))},
                       Refused::no_such_instance);
    }

    void ask_systemd() {
        if (m_command_line.root != "/")
            return;
        try {
            m_running.emplace();
            for (const LoadedUnit& unit : ServiceManager().list_units(service_pattern))
                if (unit.active_state != "inactive" && unit.active_state != "failed")
                    m_running->insert(unit.name);
        } catch (const SystemError& error) {
            m_running.reset();
            m_result.tell(fmt::format("{}: which servers run is not known", error.what()));
        }
    }

    [[nodiscard]] ServerState server_of(const std::string& name) const {
        if (!m_running)
            return ServerState::unknown;
        return m_running->contains(service_name(name)) ? ServerState::running
                                                       : ServerState::stopped;
    }

    void compare() {
        for (const std::string& name : instances())
            if (is_wanted(name) && m_survey.find_hidden(name) == nullptr)
                compare(name);
        std::ranges::sort(m_changes.not_compared);
        if (m_command_line.names.empty())
            m_changes.others = compare_files(m_there[""], m_after[""]);
    }

    void compare(const std::string& name) {
        const std::vector<UnitFile>& before = m_there[name];
        const std::vector<UnitFile>& after = m_after[name];
        InstanceChange change = {name, state_of(before), state_of(after),
                                 compare_files(before, after)};
        if (change.files.empty())
            return;
        // What cannot be seen is not gone for that.
        if (change.after == UnitsState::none && m_survey.configuration &&
            (!m_sees_directories ||
             (change.before == UnitsState::retired && !m_survey.sees_records))) {
            m_changes.not_compared.push_back(name);
            return;
        }
        const ServerState server = server_of(name);
        const GeneratedInstance* const found = m_survey.find(name);
        const bool refused = found != nullptr && found->kind == GeneratedInstance::Kind::refused;
        ChangeMeaning meaning = meaning_of(
            change, {server, m_survey.sees_records, m_changes.configuration_usable, refused});
        if (meaning.restart && server == ServerState::running && found != nullptr &&
            found->reading.instance)
            foresee_refusal(*found->reading.instance, meaning);
        m_changes.instances.push_back({std::move(change), server, std::move(meaning)});
    }

    /// Who follows the advice to restart a server shall not lose it for that.
    void foresee_refusal(const Instance& instance, ChangeMeaning& meaning) {
        if (!m_inspection)
            m_inspection.emplace(m_tree, *m_survey.configuration, true);
        if (const std::string why = m_inspection->refusal_of(instance); !why.empty())
            meaning.sentences.push_back(fmt::format("that restart would be refused: {}", why));
    }

    /// What keeps the answer from being whole.
    void report_survey() {
        for (const Diagnostic& diagnostic : m_survey.diagnostics)
            if (!m_survey.configuration)
                m_result.complain(ExitStatus::bad_configuration, left4me::to_string(diagnostic));
        for (const GenerationFailure& failure : m_survey.failures)
            m_result.complain(ExitStatus::system_call_failed, left4me::ctl::to_string(failure));
        m_result.tell(m_survey.notes());
        if (!m_survey.sees_records)
            m_result.tell(fmt::format("{}: Permission denied: what is gone may be retired instead: "
                                      "run it as root",
                                      state_path));
    }

    const CommandLine& m_command_line;
    HostTree m_tree;
    HostSurvey m_survey;
    bool m_sees_directories = true;
    std::optional<MountInspection> m_inspection;
    FilesByInstance m_there;
    FilesByInstance m_after;
    /// The services that are not down; nothing when systemd was not asked.
    std::optional<std::set<std::string>> m_running;
    HostChanges m_changes;
    VerbResult m_result;
};

} // namespace

VerbResult diff_units(const CommandLine& command_line) {
    return Differ(command_line).diff();
}

} // namespace left4me::ctl
