#include "generator/host/local_time.hpp"
#include "generator/host/system_error.hpp"
#include "generator/instance/port_conflicts.hpp"
#include "generator/l4d2ctl/observe/enablement.hpp"
#include "generator/l4d2ctl/observe/generated_units.hpp"
#include "generator/l4d2ctl/observe/host_survey.hpp"
#include "generator/l4d2ctl/observe/mounted_overlays.hpp"
#include "generator/l4d2ctl/observe/service_states.hpp"
#include "generator/l4d2ctl/observe/terminal.hpp"
#include "generator/l4d2ctl/observe/upper_sizes.hpp"
#include "generator/l4d2ctl/units/unit_changes.hpp"
#include "generator/l4d2ctl/verbs/ctl_verbs.hpp"
#include "generator/l4d2ctl/verbs/own_unit_files.hpp"
#include "generator/l4d2ctl/verbs/running_servers.hpp"
#include "generator/l4d2ctl/verbs/stopped_servers.hpp"
#include "generator/l4d2ctl/words/server_list_json.hpp"
#include "generator/l4d2ctl/words/server_overview.hpp"
#include "generator/l4d2ctl/words/server_table.hpp"
#include "generator/text/enum_words.hpp"
#include "generator/text/exit_status.hpp"
#include "generator/watch/answer_files.hpp"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <functional>
#include <future>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace left4me::ctl {

namespace {

using Services = std::map<std::string, LoadedService>;

/// In all upper layers together unless all sizes are asked for: a list shall not take minutes
/// because servers have written a million files. The manual page says how many servers it is too
/// little for.
constexpr std::size_t files_looked_at = 3'000;

std::string line_of_first(Severity severity, const Diagnostics& diagnostics) {
    const auto found = std::ranges::find(diagnostics, severity, &Diagnostic::severity);
    return found == diagnostics.end() ? "" : to_string(*found);
}

using Kind = GeneratedInstance::Kind;
constexpr EnumWords<Kind, FileState> file_states_of = {{Kind::usable, FileState::usable},
                                                       {Kind::unusable, FileState::unusable},
                                                       {Kind::retired, FileState::retired},
                                                       {Kind::refused, FileState::refused}};

/// One look at everything.
class ServerSurvey {
  public:
    explicit ServerSurvey(const CommandLine& command_line)
        : m_live(command_line.root == "/"), m_tree(command_line.root),
          m_chosen(command_line.names.begin(), command_line.names.end()),
          m_all_sizes(command_line.sizes) {}

    VerbResult report(bool json) {
        HostConfigurationReading host = read_visible_configuration(m_tree);
        if (!host.configuration)
            throw Refusal(Refused::configuration, host.diagnostics);
        m_configuration = *host.configuration;
        look_at_all(std::move(host));
        tell_what_is_missing();

        Overview overview;
        overview.asked_systemd = m_live && m_asked_systemd;
        overview.target_masked = m_target_masked;
        overview.complete = m_host.hidden.empty() && m_host.hidden_configuration.empty() &&
                            (!m_live || m_host.sees_records);
        for (auto& [name, server] : m_servers) {
            if (overview.asked_systemd)
                server.overview.service = server.service.state;
            overview.servers.push_back(std::move(server.overview));
        }
        m_result.text =
            json ? to_json(overview)
                 : render_table(overview, now_in_microseconds(), style_of_standard_output());
        return std::move(m_result);
    }

  private:
    /// systemd takes its time to answer, and so do the file system and the mount table.
    void look_at_all(HostConfigurationReading host) {
        std::future<Services> services;
        std::future<MountedOverlays> overlays;
        if (m_live) {
            services = std::async(std::launch::async, ask_service_states);
            overlays =
                std::async(std::launch::async, [this] { return MountedOverlays(m_configuration); });
        }
        std::future<UpperSizes> sizes = std::async(std::launch::async, [this] {
            return measure_uppers(m_tree, m_configuration, m_chosen,
                                  m_all_sizes ? std::nullopt : std::optional(files_looked_at));
        });
        std::future<GeneratedUnits> units =
            std::async(std::launch::async, [this] { return read_generated_units(m_tree); });

        m_host = survey_host(m_tree, std::move(host));
        GeneratedUnits there = units.get();
        m_there = files_by_instance(std::move(there.files));
        if (there.exist)
            for (const std::string& problem : there.problems)
                m_result.tell(problem + ": what is there counts as missing");
        for (GeneratedInstance& generated : m_host.instances)
            drop_what_is_there(generated);
        add_instances();
        if (m_live) {
            m_overlays = overlays.get();
            for (const auto& [name, id] : m_overlays->ids())
                add(name, FileState::retired);
        }
        look_at_units(there);
        for (const auto& [name, size] : sizes.get())
            if (ListedServer* const server = find(name))
                server->overview.upper = size;
        if (m_live && take_services(services))
            look_at_services();
    }

    [[nodiscard]] bool is_chosen(const std::string& name) const {
        return m_chosen.empty() || m_chosen.contains(name);
    }

    /// Of an instance without files systemd has all that the generator would write.
    void drop_what_is_there(GeneratedInstance& generated) const {
        const auto there = m_there.find(generated.name);
        const bool is_there = there == m_there.end()
                                  ? generated.files.empty()
                                  : std::ranges::is_permutation(there->second, generated.files);
        if (!is_chosen(generated.name) || is_there)
            generated.files = {};
    }

    ListedServer* add(const std::string& name, FileState file) {
        if (!is_chosen(name))
            return nullptr;
        const auto [found, added] = m_servers.try_emplace(name);
        if (added) {
            found->second.overview.name = name;
            found->second.overview.file = file;
            found->second.overview.answer = watch::read_answer_file(m_tree, name);
        }
        return &found->second;
    }

    ListedServer* find(const std::string& name) {
        const auto found = m_servers.find(name);
        return found == m_servers.end() ? nullptr : &found->second;
    }

    void add_instances() {
        for (const GeneratedInstance& generated : m_host.instances) {
            ListedServer* const server = add(generated.name, file_states_of[generated.kind]);
            if (server == nullptr)
                continue;
            server->generated = &generated;
            server->overview.source = generated.reading.source;
            server->overview.problem =
                line_of_first(Severity::error, generated.reading.diagnostics);
            server->overview.file_warning =
                line_of_first(Severity::warning, generated.reading.diagnostics);
            if (const Instance* const instance = server->instance()) {
                server->overview.port = instance->port;
                server->overview.address = instance->address;
                server->overview.layers = instance->layers;
                server->overview.autostart = instance->autostart;
            }
        }
        for (const PortConflict& conflict : m_host.port_conflicts)
            if (ListedServer* const server = find(conflict.instance))
                server->overview.warning = to_string(conflict.diagnostic);
        for (const HiddenInstance& hidden : m_host.hidden)
            if (ListedServer* const server = add(hidden.name, FileState::unreadable))
                server->overview.source = hidden.source;
    }

    /// What the generator made of them last, and what the administrator did.
    void look_at_units(const GeneratedUnits& there) {
        const Enablement enablement = read_enablement(m_tree);
        m_target_masked = enablement.target_masked;
        for (const auto& [name, files] : m_there)
            if (!name.empty())
                add(name, FileState::missing);
        for (const std::string& name : enablement.enabled)
            add(name, FileState::missing);
        for (auto& [name, server] : m_servers) {
            ServerOverview& overview = server.overview;
            overview.enabled = enablement.enabled.contains(name);
            overview.masked = enablement.masked.contains(name);
            server.commanded_itself = enablement.commanded.contains(name);
            server.commanded = enablement.all_commanded || server.commanded_itself;
            const auto unread = enablement.unread.find(name);
            server.changed_file =
                unread == enablement.unread.end() ? enablement.unread_by_all : unread->second;
            look_for_own_port(server, m_tree, m_there);
            if (m_overlays)
                overview.mounted = m_overlays->ids().contains(name);
            if (there.exist && overview.file != FileState::unreadable)
                overview.needs_reload = server.generated == nullptr
                                            ? m_there.contains(name)
                                            : !server.generated->files.empty();
        }
    }

    /// \return whether systemd could be asked
    bool take_services(std::future<Services>& services) {
        try {
            for (auto& [name, service] : services.get()) {
                // Of a name that was only asked for, systemd remembers that there is nothing.
                const bool idle = service.state.active == "inactive";
                if (ListedServer* const server =
                        idle ? find(name) : add(name, FileState::missing)) {
                    server->overview.memory = service.memory;
                    server->service = std::move(service);
                }
            }
        } catch (const SystemError& error) {
            m_asked_systemd = false;
            m_result.tell(fmt::format("{}: how the servers are cannot be shown", error.what()));
        }
        return m_asked_systemd;
    }

    /// \param what  cannot be shown where this fails
    void attempt(const char* what, const std::function<void()>& look) {
        try {
            look();
        } catch (const SystemError& error) {
            m_result.tell(fmt::format("{}: {} cannot be shown", error.what(), what));
        }
    }

    void look_at_services() {
        std::vector<ListedServer*> all;
        std::vector<ListedServer*> running;
        for (auto& [name, server] : m_servers) {
            all.push_back(&server);
            if (server.service.state.active == "active")
                running.push_back(&server);
        }
        attempt("what needs a reload", [&] { confirm_unread_files(all); });
        attempt("what needs a restart",
                [&] { look_at_running(running, m_tree, m_configuration, *m_overlays, m_there); });
        attempt("how the servers stopped",
                [&] { look_at_stopped(all, m_tree, m_configuration, *m_overlays); });
    }

    void tell_what_is_missing() {
        for (const std::string& name : m_chosen)
            if (!m_servers.contains(name))
                m_result.complain(ExitStatus::no_such_instance, m_host.why_unknown(name));
        if (m_servers.empty() && m_chosen.empty())
            m_result.tell(fmt::format("there are no instances: none has an instance.env in {}",
                                      fmt::join(m_configuration.instance_directories, " or ")));
        if (!m_host.hidden.empty())
            m_result.tell(
                only_root_may_read(m_host.hidden.front().source, m_host.hidden.size() - 1));
        m_result.tell(m_host.notes_on_refusals());
        const auto at_boot = [](const auto& known) { return known.second.overview.at_boot(); };
        if (m_target_masked && std::ranges::any_of(m_servers, at_boot))
            m_result.tell(
                "l4d2.target is masked, so no server is started at boot: systemctl unmask "
                "l4d2.target, and then systemctl start l4d2.target");
        if (m_overlays && m_overlays->objection_to_runtime())
            m_result.tell(to_string(*m_overlays->objection_to_runtime()));
        for (const GenerationFailure& failure : m_host.failures)
            m_result.complain(ExitStatus::system_call_failed, left4me::ctl::to_string(failure));
    }

    bool m_live;
    HostTree m_tree;
    std::set<std::string> m_chosen;
    bool m_all_sizes;
    HostConfiguration m_configuration;
    HostSurvey m_host;
    /// What the generator wrote when systemd ran it last.
    FilesByInstance m_there;
    std::optional<MountedOverlays> m_overlays;
    bool m_asked_systemd = true;
    bool m_target_masked = false;
    std::map<std::string, ListedServer> m_servers;
    VerbResult m_result;
};

} // namespace

VerbResult list_instances(const CommandLine& command_line) {
    return ServerSurvey(command_line).report(command_line.json);
}

} // namespace left4me::ctl
