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
#include "generator/l4d2ctl/verbs/listed_server.hpp"
#include "generator/l4d2ctl/verbs/running_servers.hpp"
#include "generator/l4d2ctl/words/server_overview.hpp"
#include "generator/l4d2ctl/words/server_table.hpp"
#include "generator/overlay/mount_objections.hpp"
#include "generator/text/exit_status.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <fmt/ranges.h>
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

std::uint64_t now_in_microseconds() {
    using namespace std::chrono;
    return static_cast<std::uint64_t>(
        duration_cast<microseconds>(system_clock::now().time_since_epoch()).count());
}

std::string line_of_first_error(const Diagnostics& diagnostics) {
    const auto found = std::ranges::find(diagnostics, Severity::error, &Diagnostic::severity);
    return found == diagnostics.end() ? "" : to_string(*found);
}

FileState file_state_of(GeneratedInstance::Kind kind) {
    switch (kind) {
    case GeneratedInstance::Kind::usable:
        break;
    case GeneratedInstance::Kind::unusable:
        return FileState::unusable;
    case GeneratedInstance::Kind::retired:
        return FileState::retired;
    case GeneratedInstance::Kind::refused:
        return FileState::refused;
    }
    return FileState::usable;
}

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
        complain_about_names();
        complain_about_what_is_hidden();

        Overview overview;
        overview.asked_systemd = m_live && m_asked_systemd;
        overview.target_masked = m_target_masked;
        overview.complete = m_host.hidden.empty() && m_host.hidden_configuration.empty() &&
                            (!m_live || m_host.sees_records);
        for (auto& [name, server] : m_servers)
            overview.servers.push_back(std::move(server.overview));
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

        GeneratedUnits there = read_generated_units(m_tree);
        m_there = files_by_instance(std::move(there.files));
        if (there.exist)
            for (const std::string& problem : there.problems)
                complain(problem + ": what is there counts as missing");
        m_host = survey_host(m_tree, std::move(host), [this](GeneratedInstance& generated) {
            drop_what_is_there(generated);
        });
        add_instances();
        if (m_live)
            add_overlays(overlays.get());
        look_at_units(there);
        for (const auto& [name, size] : sizes.get())
            if (ListedServer* const server = find(name))
                server->overview.upper = size;
        if (m_live && take_services(services)) {
            look_at_running();
            look_at_stopped();
        }
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
        }
        return &found->second;
    }

    ListedServer* find(const std::string& name) {
        const auto found = m_servers.find(name);
        return found == m_servers.end() ? nullptr : &found->second;
    }

    std::vector<ListedServer*> all_servers() {
        std::vector<ListedServer*> all;
        for (auto& [name, server] : m_servers)
            all.push_back(&server);
        return all;
    }

    void add_instances() {
        for (const GeneratedInstance& generated : m_host.instances) {
            ListedServer* const server = add(generated.name, file_state_of(generated.kind));
            if (server == nullptr)
                continue;
            server->generated = &generated;
            server->overview.source = generated.reading.source;
            server->overview.problem = line_of_first_error(generated.reading.diagnostics);
            if (const Instance* const instance = server->instance()) {
                server->overview.port = instance->port;
                server->overview.layers = instance->layers;
                server->overview.autostart = instance->autostart;
            }
        }
        warn_of_ports();
        for (const HiddenInstance& hidden : m_host.hidden)
            if (ListedServer* const server = add(hidden.name, FileState::unreadable))
                server->overview.source = hidden.source;
    }

    void warn_of_ports() {
        for (const PortConflict& conflict : m_host.port_conflicts)
            if (ListedServer* const server = find(conflict.instance))
                server->overview.warning = to_string(conflict.diagnostic);
    }

    void add_overlays(MountedOverlays overlays) {
        m_overlays = std::move(overlays);
        for (const auto& [name, id] : m_overlays->ids())
            add(name, FileState::retired);
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
            server.commanded = enablement.all_commanded || enablement.commanded.contains(name);
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
            m_services = services.get();
        } catch (const SystemError& error) {
            m_asked_systemd = false;
            complain(fmt::format("{}: how the servers are cannot be shown", error.what()));
            return false;
        }
        for (const auto& [name, service] : m_services) {
            // Of a name that was only asked for, systemd remembers that there is nothing.
            const bool idle = service.state.active == "inactive";
            if (ListedServer* const server = idle ? find(name) : add(name, FileState::missing))
                server->service = &service;
        }
        ServiceState stopped;
        stopped.active = "inactive";
        stopped.sub = "dead";
        for (auto& [name, server] : m_servers)
            server.overview.service = server.service == nullptr ? stopped : server.service->state;
        return true;
    }

    void look_at_running() {
        std::vector<ListedServer*> running = all_servers();
        std::erase_if(running, [](const ListedServer* server) { return !server->runs(); });
        try {
            RunningServers(m_tree, m_configuration, *m_overlays, m_there).look_at(running);
        } catch (const SystemError& error) {
            complain(fmt::format("{}: what needs a restart cannot be shown", error.what()));
        }
    }

    /// What is asked of few: of all it would take as long as the rest.
    void look_at_stopped() {
        std::vector<ListedServer*> mounted;
        std::vector<ListedServer*> given_up;
        for (ListedServer* const server : all_servers()) {
            const ServiceState& state = *server->overview.service;
            const bool down = state.active == "inactive" || state.active == "failed";
            if (down && server->overview.mounted.value_or(false)) {
                server->overview.mounted_at = m_overlays->mounted_at(server->overview.name);
                mounted.push_back(server);
            }
            if (state.result == "start-limit-hit")
                given_up.push_back(server);
        }
        std::erase_if(mounted,
                      [](const ListedServer* server) { return server->service == nullptr; });
        try {
            const auto times = ask_stop_times(object_paths_of(mounted));
            for (std::size_t i = 0; i < times.size(); ++i)
                mounted[i]->overview.service->stopped = times[i];
            const auto limits = ask_start_limits(object_paths_of(given_up));
            for (std::size_t i = 0; i < limits.size(); ++i)
                given_up[i]->overview.service->start_limit = limits[i];
        } catch (const SystemError& error) {
            complain(fmt::format("{}: how the servers stopped cannot be shown", error.what()));
        }
    }

    static std::vector<std::string> object_paths_of(const std::vector<ListedServer*>& servers) {
        std::vector<std::string> paths;
        paths.reserve(servers.size());
        for (const ListedServer* const server : servers)
            paths.push_back(server->service->object_path);
        return paths;
    }

    void complain(std::string message, ExitStatus status = ExitStatus::done) {
        m_result.messages.push_back(std::move(message));
        if (status != ExitStatus::done)
            m_result.exit_status = static_cast<int>(status);
    }

    void complain_about_names() {
        for (const std::string& name : m_chosen)
            if (!m_servers.contains(name))
                complain(
                    fmt::format("{}: {}", name, no_such_instance(name, m_configuration).what()),
                    ExitStatus::no_such_instance);
    }

    void complain_about_what_is_hidden() {
        if (m_servers.empty() && m_chosen.empty())
            complain(fmt::format("there are no instances: none has an instance.env in {}",
                                 fmt::join(m_configuration.instance_directories, " or ")));
        if (!m_host.hidden.empty())
            complain(fmt::format("{}: only root may read it{}: run l4d2ctl as root",
                                 m_host.hidden.front().source,
                                 m_host.hidden.size() == 1
                                     ? std::string()
                                     : fmt::format(", and {} others", m_host.hidden.size() - 1)));
        for (std::string& note : notes_on_refusals(m_host))
            complain(std::move(note));
        if (m_overlays && m_overlays->objection_to_runtime())
            complain(to_string(*m_overlays->objection_to_runtime()));
        for (const GenerationFailure& failure : m_host.failures)
            complain(left4me::ctl::to_string(failure), ExitStatus::system_call_failed);
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
    Services m_services;
    bool m_asked_systemd = true;
    bool m_target_masked = false;
    std::map<std::string, ListedServer> m_servers;
    VerbResult m_result{};
};

} // namespace

VerbResult list_instances(const CommandLine& command_line) {
    return ServerSurvey(command_line).report(command_line.json);
}

} // namespace left4me::ctl
