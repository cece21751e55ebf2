#include "generator/l4d2ctl/verbs/ctl_verbs.hpp"

#include "generator/host/system_error.hpp"
#include "generator/instance/instance_name.hpp"
#include "generator/instance/port_conflicts.hpp"
#include "generator/l4d2ctl/observe/argument_files.hpp"
#include "generator/l4d2ctl/observe/host_survey.hpp"
#include "generator/l4d2ctl/observe/mount_inspection.hpp"
#include "generator/l4d2ctl/verbs/running_findings.hpp"
#include "generator/l4d2ctl/words/check_report.hpp"
#include "generator/text/diagnostic.hpp"
#include "generator/text/exit_status.hpp"

#include <algorithm>
#include <cerrno>
#include <fmt/format.h>
#include <iterator>
#include <optional>
#include <set>
#include <unistd.h>
#include <utility>

namespace left4me::ctl {

namespace {

class Check {
  public:
    explicit Check(const CommandLine& command_line)
        : m_command_line(command_line), m_tree(command_line.root), m_survey(survey_host(m_tree)) {}

    VerbResult run() {
        for (std::string& text : m_survey.notes())
            note(std::move(text));
        add_host_diagnostics();
        if (m_survey.configuration) {
            choose();
            inspect(*m_survey.configuration);
        }
        return result();
    }

  private:
    struct Subject {
        std::string name;
        InstanceReading reading;
        /// What the generator would make of one that is installed.
        std::vector<UnitFile> files;
    };

    [[nodiscard]] bool checks_all() const { return m_command_line.names.empty(); }

    void note(std::string text) {
        if (std::ranges::find(m_report.notes, text) == m_report.notes.end())
            m_report.notes.push_back(std::move(text));
    }

    /// What root may read is no fault of the file that whoever runs this may not.
    void add(FindingKind kind, const Diagnostic& diagnostic, const std::string& instance) {
        if (::geteuid() != 0 && diagnostic.error == EACCES)
            note(only_root_may_read(diagnostic.file));
        else
            m_report.findings.push_back({kind, diagnostic, instance});
    }

    /// Those of left4me.conf, and of the directories that instances are in.
    void add_host_diagnostics() {
        for (const Diagnostic& diagnostic : m_survey.diagnostics)
            add(FindingKind::configuration, diagnostic, {});
        if (checks_all())
            for (const Diagnostic& diagnostic : m_survey.directory_diagnostics)
                add(FindingKind::directory, diagnostic, {});
    }

    /// Sorts out what is to be checked, and what else takes a port.
    void choose() {
        std::set<std::string> arguments;
        for (const std::string& argument : m_command_line.names)
            if (arguments.insert(argument).second)
                choose(argument);
        for (GeneratedInstance& instance : m_survey.instances) {
            if (instance.kind == GeneratedInstance::Kind::retired)
                continue;
            if (std::ranges::find(m_files, instance.name, &Subject::name) == m_files.end())
                add_claim(instance.name, instance.reading);
            if (checks_all() || m_chosen.contains(instance.name))
                m_installed.push_back({std::move(instance.name), std::move(instance.reading),
                                       std::move(instance.files)});
        }
        for (const Subject& file : m_files)
            add_claim(file.name, file.reading);
        if (checks_all())
            for (const HiddenInstance& hidden : m_survey.hidden)
                note(only_root_may_read(hidden.source));
        add_failures();
    }

    void choose(const std::string& argument) {
        const HiddenInstance* const hidden = m_survey.find_hidden(argument);
        if (is_file(argument))
            choose_file(argument);
        else if (is_installed(argument))
            m_chosen.insert(argument);
        else if (hidden != nullptr)
            m_unknown.push_back(only_root_may_read(hidden->source));
        else if (is_instance_name(argument))
            m_unknown.push_back(m_survey.why_unknown(argument));
        else
            m_unknown.push_back(fmt::format("{}: no such file, and an instance's name is {}",
                                            one_line(argument), instance_name_rule(argument)));
    }

    /// What looks like a path, and what is there and is no instance's name.
    [[nodiscard]] bool is_file(const std::string& argument) const {
        if (argument.find('/') != std::string::npos || argument == standard_input)
            return true;
        return !is_installed(argument) && m_survey.find_hidden(argument) == nullptr &&
               file_exists(argument);
    }

    /// Also when it could not be generated.
    [[nodiscard]] bool is_installed(const std::string& name) const {
        const GeneratedInstance* const instance = m_survey.find(name);
        return (instance != nullptr && instance->kind != GeneratedInstance::Kind::retired) ||
               m_survey.find_failure(name) != nullptr;
    }

    void choose_file(const std::string& path) {
        try {
            ArgumentFile file = read_argument_file(path, *m_survey.configuration);
            check_instance(file.reading, *m_survey.configuration);
            m_files.push_back({std::move(file.instance), std::move(file.reading), {}});
        } catch (const Refusal& failure) {
            m_unknown.emplace_back(failure.what());
        }
    }

    void add_claim(const std::string& name, const InstanceReading& reading) {
        if (const auto& instance = reading.instance)
            m_claims.push_back(
                {name, reading.source, instance->port_line, instance->port, instance->address});
    }

    void add_failures() {
        for (const GenerationFailure& failure : m_survey.failures)
            if (checks_all() || m_chosen.contains(failure.what))
                m_report.findings.push_back(
                    {FindingKind::failure, error_at({}, 0, {left4me::ctl::to_string(failure), {}}),
                     checks_all() ? std::string() : failure.what});
    }

    void inspect(const HostConfiguration& configuration) {
        if (!checks_all() && m_installed.empty() && m_files.empty())
            return;
        MountInspection inspection(m_tree, configuration, m_command_line.root == "/");
        std::ranges::copy(inspection.of_host(), std::back_inserter(m_report.findings));
        const std::vector<PortConflict> conflicts = find_port_conflicts(m_claims);
        if (m_command_line.root == "/")
            m_running.emplace(m_tree, configuration);
        for (const std::vector<Subject>* const subjects : {&m_installed, &m_files})
            for (const Subject& subject : *subjects)
                inspect(subject, conflicts, inspection);
        std::ranges::copy(inspection.notes(), std::back_inserter(m_report.notes));
    }

    /// In the generator's order, and then what it does not see in that of the lines.
    void inspect(const Subject& subject, const std::vector<PortConflict>& conflicts,
                 MountInspection& inspection) {
        m_report.checked.push_back({subject.name, subject.reading.source});
        for (const Diagnostic& diagnostic : subject.reading.diagnostics)
            add(FindingKind::file, diagnostic, subject.name);
        Findings more;
        const auto conflict = std::ranges::find(conflicts, subject.name, &PortConflict::instance);
        if (conflict != conflicts.end())
            more.push_back({FindingKind::port, conflict->diagnostic, subject.name});
        if (subject.reading.instance)
            std::ranges::move(inspection.inspect(*subject.reading.instance),
                              std::back_inserter(more));
        if (subject.reading.instance && m_running && !subject.files.empty())
            std::ranges::move(m_running->find(*subject.reading.instance, subject.files,
                                              conflict != conflicts.end()),
                              std::back_inserter(more));
        std::ranges::stable_sort(more, {},
                                 [](const Finding& finding) { return finding.diagnostic.line; });
        std::ranges::move(more, std::back_inserter(m_report.findings));
    }

    [[nodiscard]] VerbResult result() const {
        VerbResult result;
        const bool for_person = m_unknown.empty() && ::isatty(STDOUT_FILENO) == 1;
        result.text = m_command_line.json ? to_json(m_report) : describe(m_report, for_person);
        result.messages = m_report.notes;
        std::ranges::copy(m_unknown, std::back_inserter(result.messages));
        const ExitStatus status = !m_unknown.empty()     ? ExitStatus::no_such_instance
                                  : has_errors(m_report) ? ExitStatus::bad_configuration
                                                         : ExitStatus::done;
        result.exit_status = static_cast<int>(status);
        return result;
    }

    const CommandLine& m_command_line;
    HostTree m_tree;
    HostSurvey m_survey;
    CheckReport m_report;
    /// The names of installed instances that are to be checked.
    std::set<std::string, std::less<>> m_chosen;
    std::vector<Subject> m_installed;
    std::vector<Subject> m_files;
    std::vector<PortClaim> m_claims;
    /// Nothing where it is not this host.
    std::optional<RunningFindings> m_running;
    /// Why an argument could not be checked.
    std::vector<std::string> m_unknown;
};

} // namespace

VerbResult check_instances(const CommandLine& command_line) {
    return Check(command_line).run();
}

} // namespace left4me::ctl
