#include "host/open_beneath.hpp"
#include "host/system_error.hpp"
#include "instance/instance_name.hpp"
#include "kernel/layer_directories.hpp"
#include "kernel/merged_mount.hpp"
#include "kernel/state_directory.hpp"
#include "kernel/tree_walk.hpp"
#include "kernel/upper_usage.hpp"
#include "l4d2ctl/observe/enablement.hpp"
#include "l4d2ctl/observe/generator_output.hpp"
#include "l4d2ctl/observe/host_survey.hpp"
#include "l4d2ctl/observe/memory_counters.hpp"
#include "l4d2ctl/observe/process.hpp"
#include "l4d2ctl/observe/service_states.hpp"
#include "l4d2ctl/observe/terminal.hpp"
#include "l4d2ctl/verbs/verbs.hpp"
#include "l4d2ctl/view/command_match.hpp"
#include "l4d2ctl/view/server_overview.hpp"
#include "l4d2ctl/view/server_table.hpp"
#include "plan/exit_status.hpp"
#include "plan/mount_table.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fcntl.h>
#include <fmt/format.h>
#include <functional>
#include <future>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

namespace left4me::ctl {

namespace {

using Services = std::map<std::string, LoadedService>;

std::uint64_t now_in_microseconds() {
    using namespace std::chrono;
    return static_cast<std::uint64_t>(
        duration_cast<microseconds>(system_clock::now().time_since_epoch()).count());
}

std::string first_error(const Diagnostics& diagnostics) {
    const auto found = std::ranges::find(diagnostics, Severity::error, &Diagnostic::severity);
    return found == diagnostics.end() ? "" : to_string(*found);
}

using UpperSizes = std::map<std::string, UpperSize>;

/// What is looked at in all upper layers together unless all sizes are asked for: a list shall not
/// take minutes because servers have written a million files. A layer is worth so many files, since
/// its directories take longer.
constexpr std::size_t files_looked_at = 6'000;
constexpr std::size_t worth_of_layer = 20;

std::optional<UpperSize> measure(int runtime, const std::string& name, std::size_t most) {
    const FileDescriptor upper = open_beneath(runtime, name + "/upper", O_PATH | O_DIRECTORY);
    if (!upper)
        return std::nullopt;
    try {
        return measure_upper(upper.get(), name + "/upper", most);
    } catch (const SystemError& error) {
        if (is_shortage(error.error()))
            throw;
        return std::nullopt;
    }
}

/// \param most  files to look at
UpperSizes measure_uppers(const HostTree& tree, const HostConfiguration& configuration,
                          const std::set<std::string>& chosen, std::size_t most) {
    const std::string path = configuration.root + "/runtime";
    const FileDescriptor runtime = tree.open_without_symlinks(path, O_RDONLY | O_DIRECTORY);
    if (!runtime)
        return {};
    UpperSizes sizes;
    for (const std::string& name : list_directory(runtime.get(), path)) {
        if (!is_instance_name(name) || (!chosen.empty() && !chosen.contains(name)))
            continue;
        if (most == 0) {
            sizes.emplace_hint(sizes.end(), name, UpperSize{0, 0, false});
        } else if (const auto size = measure(runtime.get(), name, most)) {
            most -= std::min<std::size_t>(size->files + worth_of_layer, most);
            sizes.emplace_hint(sizes.end(), name, *size);
        }
    }
    return sizes;
}

/// One look at everything.
class ServerSurvey {
  public:
    ServerSurvey(const CommandLine& command_line)
        : m_live(command_line.root == "/"), m_all_sizes(command_line.sizes),
          m_tree(command_line.root),
          m_chosen(command_line.names.begin(), command_line.names.end()) {}

    VerbResult report(bool json) {
        HostConfigurationReading host = read_visible_configuration(m_tree);
        if (!host.configuration)
            throw_diagnostics(host.diagnostics);
        const HostConfiguration configuration = *host.configuration;
        // systemd takes its time to answer, and so does the file system.
        std::future<Services> asked;
        if (m_live)
            asked = std::async(std::launch::async, ask_service_states);
        const std::size_t most = m_all_sizes ? most_entries : files_looked_at;
        std::future<UpperSizes> measured = std::async(std::launch::async, [&] {
            return measure_uppers(m_tree, configuration, m_chosen, most);
        });
        m_host = survey_host(m_tree, std::move(host));
        look_at_files();
        if (m_live)
            take_services(asked);
        for (const auto& [name, size] : measured.get())
            if (ServerOverview* const server = find(name))
                server->upper = size;
        decide_restarts();
        if (m_live)
            measure_memory();
        for (const std::string& name : m_chosen)
            if (!m_servers.contains(name))
                complain(fmt::format("{}: there is no such server", name),
                         ExitStatus::no_such_instance);

        say_what_is_hidden();
        Overview overview;
        overview.asked_systemd = m_asked_systemd;
        overview.complete = m_host.hidden.empty() && (!m_live || m_host.sees_records);
        for (auto& [name, server] : m_servers)
            overview.servers.push_back(std::move(server));
        m_result.text =
            json ? to_json(overview)
                 : render_table(overview, now_in_microseconds(), style_of_standard_output());
        return std::move(m_result);
    }

  private:
    [[noreturn]] static void throw_diagnostics(const Diagnostics& diagnostics) {
        std::string text;
        for (const Diagnostic& diagnostic : diagnostics)
            text.append(text.empty() ? "" : "\n").append(to_string(diagnostic));
        throw VerbFailure(ExitStatus::bad_configuration, text);
    }

    void complain(std::string message, ExitStatus status = ExitStatus::done) {
        m_result.messages.push_back(std::move(message));
        if (status != ExitStatus::done)
            m_result.exit_status = static_cast<int>(status);
    }

    [[nodiscard]] bool is_chosen(const std::string& name) const {
        return m_chosen.empty() || m_chosen.contains(name);
    }

    ServerOverview* add(const std::string& name, FileState file) {
        if (!is_chosen(name))
            return nullptr;
        const auto [found, added] = m_servers.try_emplace(name);
        if (added) {
            found->second.name = name;
            found->second.file = file;
        }
        return &found->second;
    }

    void look_at_files() {
        const GeneratorOutput output(m_tree);
        for (const GeneratedInstance& instance : m_host.instances)
            add_instance(instance);
        for (const HiddenInstance& hidden : m_host.hidden)
            if (ServerOverview* const server = add(hidden.name, FileState::unreadable))
                server->source = hidden.source;
        if (m_live)
            look_at_mounts();
        for (const std::string& name : output.instances())
            add(name, FileState::missing);
        const Enablement enablement = read_enablement(m_tree);
        for (const std::string& name : enablement.enabled)
            add(name, FileState::missing);

        for (auto& [name, server] : m_servers) {
            server.enabled = enablement.enabled.contains(name);
            server.masked = enablement.masked.contains(name);
            if (output.exists() && server.file != FileState::unreadable)
                server.needs_reload = !is_generated(output, name);
        }
    }

    void add_instance(const GeneratedInstance& generated) {
        using enum GeneratedInstance::Kind;
        ServerOverview* const server =
            add(generated.name, generated.kind == usable     ? FileState::usable
                                : generated.kind == unusable ? FileState::unusable
                                                             : FileState::retired);
        if (server == nullptr)
            return;
        m_generated.emplace(generated.name, &generated);
        server->source = generated.reading.source;
        server->problem = first_error(generated.reading.diagnostics);
        if (const auto& instance = generated.reading.instance) {
            server->port = instance->port;
            server->layers = instance->layers;
            server->autostart = instance->autostart;
        }
    }

    [[nodiscard]] const GeneratedInstance* generated(const std::string& name) const {
        const auto found = m_generated.find(name);
        return found == m_generated.end() ? nullptr : found->second;
    }

    [[nodiscard]] bool is_generated(const GeneratorOutput& output, const std::string& name) const {
        const GeneratedInstance* const expected = generated(name);
        return output.has_exactly(expected == nullptr ? std::vector<UnitFile>() : expected->files,
                                  name, mount_unit_name(name, *m_host.configuration));
    }

    /// An overlay that is somewhere else is none.
    void look_at_mounts() {
        m_mount_table = read_mount_table();
        m_mounts = list_mounts(m_mount_table);
        for (const MountRow& row : m_mounts) {
            constexpr std::string_view prefix = "left4me:";
            if (row.type != "overlay" || !row.source.starts_with(prefix))
                continue;
            const std::string name = row.source.substr(prefix.size());
            if (!is_instance_name(name) ||
                row.mount_point != m_host.configuration->merged_directory(name))
                continue;
            m_mount_of.emplace(name, row.id);
            add(name, FileState::retired);
        }
        for (auto& [name, server] : m_servers)
            server.mounted = m_mount_of.contains(name);
    }

    void take_services(std::future<Services>& asked) {
        try {
            m_services = asked.get();
        } catch (const SystemError& error) {
            m_asked_systemd = false;
            complain(fmt::format("{}: how the servers are cannot be shown", error.what()));
            return;
        }
        for (auto& [name, service] : m_services) {
            const bool idle = service.state.active == "inactive";
            ServerOverview* const server = idle ? find(name) : add(name, FileState::missing);
            if (server != nullptr)
                server->service = service.state;
        }
        for (auto& [name, server] : m_servers)
            if (!server.service)
                server.service = ServiceState{"inactive", "dead", 0, 0, "", {}, {}};
    }

    void say_what_is_hidden() {
        for (const std::string& path : m_host.hidden_configuration)
            complain(fmt::format(
                "{}: only root may read it: what it says is not taken into account", path));
        if (!m_host.hidden.empty())
            complain(fmt::format("only root may read the instance.env of {}{}: run it as root",
                                 m_host.hidden.front().name,
                                 m_host.hidden.size() == 1
                                     ? std::string()
                                     : fmt::format(" and {} more", m_host.hidden.size() - 1)));
        for (const std::string& failure : m_host.failures)
            complain(failure, ExitStatus::system_call_failed);
        for (const Diagnostic& diagnostic : m_host.diagnostics)
            if (diagnostic.line == 0)
                complain(to_string(diagnostic));
    }

    void measure_memory() {
        const MemoryCounters counters;
        std::vector<ServerOverview*> elsewhere;
        std::vector<std::string> paths;
        for (auto& [name, server] : m_servers) {
            if (!server.service || server.service->active != "active")
                continue;
            server.memory = counters.read(name);
            if (!server.memory && !counters.know(name)) {
                elsewhere.push_back(&server);
                paths.push_back(m_services.at(name).object_path);
            }
        }
        if (elsewhere.empty())
            return;
        const std::vector<std::uint64_t> sizes = ask_memory(paths);
        for (std::size_t i = 0; i < sizes.size(); ++i)
            if (sizes[i] != 0)
                elsewhere[i]->memory = sizes[i];
    }

    ServerOverview* find(const std::string& name) {
        const auto found = m_servers.find(name);
        return found == m_servers.end() ? nullptr : &found->second;
    }

    /// What runs is held against what would be started: its arguments, and the layers of its
    /// overlay.
    void decide_restarts() {
        std::vector<Suspect> suspects;
        const std::optional<StateDirectory> state = open_records();
        for (auto& [name, server] : m_servers) {
            const auto service = m_services.find(name);
            const GeneratedInstance* const expected = generated(name);
            if (service == m_services.end() || service->second.state.active != "active" ||
                expected == nullptr || !expected->reading.instance)
                continue;
            const Instance& instance = *expected->reading.instance;
            if (!service->second.started_from_loaded_units)
                suspects.push_back({&server, &instance, service->second.object_path});
            if (state && has_other_layers(*state, instance))
                server.needs_restart.push_back(RestartReason::layers);
        }
        if (!suspects.empty())
            acquit(std::move(suspects));
    }

    /// A server that systemd may have started with other arguments than it would now.
    struct Suspect {
        ServerOverview* server;
        const Instance* instance;
        std::string object_path;
        std::vector<std::string> running = {};
    };

    static std::vector<std::string> paths_of(const std::vector<Suspect>& suspects) {
        std::vector<std::string> paths;
        for (const Suspect& suspect : suspects)
            paths.push_back(suspect.object_path);
        return paths;
    }

    /// First by our own command line; and since an administrator's drop-in may have given it
    /// another, then by systemd's.
    void acquit(std::vector<Suspect> suspects) const {
        const std::vector<std::uint64_t> pids = ask_main_pids(paths_of(suspects));
        for (std::size_t i = 0; i < suspects.size(); ++i)
            suspects[i].running = arguments_of_process(pids[i]);
        std::erase_if(suspects, [this](const Suspect& suspect) {
            return match_command(suspect.running,
                                 server_command_line(*suspect.instance, *m_host.configuration)) ==
                   CommandMatch::same;
        });
        if (suspects.empty())
            return;
        const auto loaded = ask_command_lines(paths_of(suspects));
        for (std::size_t i = 0; i < suspects.size(); ++i)
            if (match_command(suspects[i].running, loaded[i]) == CommandMatch::differs)
                suspects[i].server->needs_restart.push_back(RestartReason::command_line);
    }

    std::optional<StateDirectory> open_records() {
        if (!m_live)
            return std::nullopt;
        try {
            return StateDirectory::open_existing();
        } catch (const SystemError& error) {
            if (error.error() != EACCES)
                throw;
            return std::nullopt;
        }
    }

    /// Only root sees which layers an overlay has.
    [[nodiscard]] bool has_other_layers(const StateDirectory& state,
                                        const Instance& instance) const {
        const auto mount = m_mount_of.find(instance.name);
        if (mount == m_mount_of.end())
            return false;
        const auto text = state.read_record_text(instance.name);
        if (!text || is_record_of(*text, instance.fingerprint))
            return false;
        const auto record = parse_record(*text);
        return record && record->mount_id == mount->second &&
               !std::ranges::equal(record->plan.layers, instance.layers, {}, &PlannedLayer::path);
    }

    bool m_live;
    bool m_all_sizes;
    HostTree m_tree;
    std::set<std::string> m_chosen;
    HostSurvey m_host;
    std::map<std::string, const GeneratedInstance*> m_generated;
    std::string m_mount_table;
    std::vector<MountRow> m_mounts;
    /// By instance, the id of the overlay on its merged directory.
    std::map<std::string, std::uint64_t> m_mount_of;
    Services m_services;
    bool m_asked_systemd = true;
    std::map<std::string, ServerOverview> m_servers;
    VerbResult m_result{};
};

} // namespace

VerbResult list_instances(const CommandLine& command_line) {
    return ServerSurvey(command_line).report(command_line.json);
}

} // namespace left4me::ctl
