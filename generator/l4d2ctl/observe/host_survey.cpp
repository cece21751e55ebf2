#include "generator/l4d2ctl/observe/host_survey.hpp"

#include "generator/host/system_error.hpp"
#include "generator/overlay/mount_objections.hpp"
#include "generator/units/run_paths.hpp"

#include <algorithm>
#include <cerrno>
#include <fmt/format.h>
#include <iterator>
#include <set>
#include <unistd.h>
#include <utility>

namespace left4me::ctl {

namespace {

class Surveyor : public GenerationReceiver {
  public:
    explicit Surveyor(HostSurvey& survey) : m_survey(survey) {}

    void take(GeneratedInstance instance) override {
        // What the generator, which is root, may be able to read.
        if (is_denied(instance.reading.open_error)) {
            m_survey.hidden.push_back({instance.name, instance.reading.source});
            return;
        }
        m_survey.instances.push_back(std::move(instance));
    }

    void take(const std::vector<UnitFile>& files) override {
        std::ranges::copy(files, std::back_inserter(m_survey.other_files));
    }

    void take(const Diagnostics& diagnostics) override {
        std::ranges::copy(diagnostics, std::back_inserter(m_survey.directory_diagnostics));
    }

    void take(const std::vector<PortConflict>& conflicts) override {
        m_survey.port_conflicts = conflicts;
    }

    void fail(std::string_view what, const std::exception& error) override {
        const auto* const system_error = dynamic_cast<const SystemError*>(&error);
        if (system_error != nullptr && what == state_path && is_denied(system_error->error()))
            m_survey.sees_records = false;
        else
            m_survey.failures.push_back({std::string(what), error.what()});
    }

  private:
    static bool is_denied(int error) { return error == EACCES && ::geteuid() != 0; }

    HostSurvey& m_survey;
};

/// \return the first that has it, nothing when none has
template <typename Element, typename Member, typename Value>
const Element* find_by(const std::vector<Element>& elements, Member Element::*member,
                       const Value& value) {
    const auto found = std::ranges::find(elements, value, member);
    return found == elements.end() ? nullptr : &*found;
}

} // namespace

const GeneratedInstance* HostSurvey::find(std::string_view name) const {
    return find_by(instances, &GeneratedInstance::name, name);
}

const GenerationFailure* HostSurvey::find_failure(std::string_view name) const {
    return find_by(failures, &GenerationFailure::what, name);
}

const HiddenInstance* HostSurvey::find_hidden(std::string_view name) const {
    return find_by(hidden, &HiddenInstance::name, name);
}

const PortConflict* HostSurvey::find_port_conflict(std::string_view name) const {
    return find_by(port_conflicts, &PortConflict::instance, name);
}

std::string HostSurvey::why_unknown(const std::string& name) const {
    return fmt::format("{}: {}", name, no_such_instance(name, *configuration).what());
}

std::vector<std::string> HostSurvey::notes_on_refusals() const {
    if (sees_records ||
        find_by(instances, &GeneratedInstance::kind, GeneratedInstance::Kind::refused) == nullptr)
        return {};
    return {fmt::format("{}: Permission denied: MaxInstances= may refuse others instead, since "
                        "what is mounted comes first: run it as root",
                        state_path)};
}

std::vector<std::string> HostSurvey::notes() const {
    // A directory that cannot be looked into hides left4me.conf and left4me.conf.d at once.
    std::set<std::string> directories;
    for (const std::string& path : hidden_configuration)
        directories.insert(path.substr(0, path.find("/left4me.conf")));
    std::vector<std::string> notes;
    notes.reserve(directories.size());
    for (const std::string& directory : directories)
        notes.push_back(fmt::format("{}: you may not read all of the configuration there, if there "
                                    "is any: run it as root",
                                    directory));
    std::ranges::copy(notes_on_refusals(), std::back_inserter(notes));
    return notes;
}

std::string to_string(const GenerationFailure& failure) {
    return fmt::format("{}: {}", failure.what, failure.why);
}

std::string only_root_may_read(const std::string& path, std::size_t others) {
    return fmt::format("only root may read {}{}: run it as root", path,
                       others == 0 ? "" : fmt::format(" and {} more", others));
}

HostConfigurationReading read_visible_configuration(const HostTree& tree) {
    return read_host_configuration(tree, ::geteuid() == 0 ? Denied::refuse : Denied::pass_over);
}

HostSurvey survey_host(const HostTree& tree) {
    return survey_host(tree, read_visible_configuration(tree));
}

HostSurvey survey_host(const HostTree& tree, HostConfigurationReading host) {
    HostSurvey survey;
    survey.hidden_configuration = std::move(host.hidden);
    survey.diagnostics = std::move(host.diagnostics);
    survey.configuration = std::move(host.configuration);
    if (survey.configuration) {
        Surveyor surveyor(survey);
        generate(tree, *survey.configuration, surveyor);
    }
    return survey;
}

} // namespace left4me::ctl
