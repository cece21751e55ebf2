#include "generator/generate.hpp"

#include "generator/host/instance_files.hpp"
#include "generator/host/mount_search.hpp"
#include "generator/host/system_error.hpp"
#include "generator/instance/instance_name.hpp"
#include "generator/instance/port_conflicts.hpp"
#include "generator/text/path_text.hpp"
#include "generator/units/instance_units.hpp"
#include "generator/units/unit_names.hpp"

#include <algorithm>
#include <cerrno>
#include <exception>
#include <fcntl.h>
#include <fmt/format.h>
#include <functional>
#include <iterator>
#include <set>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace left4me {

namespace {

constexpr std::size_t most_records = 100'000;

void append(Diagnostics& diagnostics, Diagnostics more) {
    std::ranges::move(more, std::back_inserter(diagnostics));
}

/// One run of the generator.
class Generation {
  public:
    Generation(const HostTree& tree, const HostConfiguration& configuration,
               GenerationReceiver& receiver)
        : m_tree(tree), m_configuration(configuration), m_receiver(receiver) {}

    void run() {
        attempt(state_path, [this] { m_recorded = recorded_instances(); });
        generate_instances();
        for (const std::string& name : m_recorded)
            if (!m_present.contains(name))
                attempt(name, [&] { retire_instance(name); });
        attempt("the mount unit of runtime",
                [this] { m_receiver.take({render_runtime_mount(m_configuration)}); });
        attempt(late_instances_service, [this] {
            m_receiver.take(render_late_instances(m_directories, m_not_mounted, m_no_links));
        });
        m_receiver.take(find_port_conflicts(m_ports));
    }

  private:
    /// One at a time: of a hostile file's many words nothing is kept.
    void generate_instances() {
        InstanceFiles files(m_tree, m_configuration, find_directories());
        InstanceListing listing = files.list(m_recorded);
        m_receiver.take(listing.diagnostics);
        // Whoever can write instance.env files takes no place from what runs or is the
        // administrator's.
        if (listing.names.size() > m_configuration.max_instances)
            std::stable_partition(listing.names.begin(), listing.names.end(),
                                  [this](const auto& name) { return m_recorded.contains(name); });
        for (const std::string& name : listing.names)
            attempt(name, [&] {
                if (auto reading = files.read(name))
                    generate_instance(name, *std::move(reading));
            });
    }

    void generate_instance(const std::string& name, InstanceReading reading) {
        m_present.insert(name);
        check_instance(reading, m_configuration);
        GeneratedInstance generated;
        generated.name = name;
        if (m_made == m_configuration.max_instances) {
            generated.kind = GeneratedInstance::Kind::refused;
            refuse(reading);
            if (m_recorded.contains(name))
                generated.files = {render_retired_instance(name, m_configuration)};
            generated.reading = std::move(reading);
            m_receiver.take(std::move(generated));
            return;
        }
        ++m_made;
        if (const auto& instance = reading.instance) {
            m_ports.push_back(
                {name, reading.source, instance->port_line, instance->port, instance->address});
            generated.kind = GeneratedInstance::Kind::usable;
            generated.files = render_instance(*instance, m_configuration);
        } else {
            generated.kind = GeneratedInstance::Kind::unusable;
            generated.files = {render_broken_instance(name, reading.source, m_configuration)};
        }
        generated.reading = std::move(reading);
        m_receiver.take(std::move(generated));
    }

    void refuse(InstanceReading& reading) const {
        reading.instance.reset();
        reading.diagnostics.insert(
            reading.diagnostics.begin(),
            error_at(reading.source, 0,
                     {fmt::format("refused, since there are more than MaxInstances={} instances",
                                  m_configuration.max_instances),
                      "raise it in left4me.conf, or remove instances"}));
    }

    void retire_instance(const std::string& name) {
        m_receiver.take(GeneratedInstance{GeneratedInstance::Kind::retired,
                                          name,
                                          {},
                                          {render_retired_instance(name, m_configuration)}});
    }

    static void add_new(std::vector<std::string>& to, const std::string& path) {
        if (std::ranges::find(to, path) == to.end())
            to.push_back(path);
    }

    /// The instance directories that can be looked into without waiting for an automounter.
    std::vector<std::string> find_directories() {
        std::vector<std::string> directories;
        for (const std::string& path : m_configuration.instance_directories) {
            const MountSearch search = search_mounts(m_tree, path);
            if (!search.problem.empty()) {
                m_receiver.take(Diagnostics{error_at(
                    path, 0, {search.problem, "name the directory itself in left4me.conf"})});
                continue;
            }
            add_new(m_directories, path);
            add_new(m_directories, search.resolved);
            for (const std::string& directory : search.not_mounted)
                add_new(m_not_mounted, directory);
            if (!search.behind_automount)
                directories.push_back(path);
        }
        watch_state_root();
        return directories;
    }

    /// A file system that is mounted late may hide or bring a symlink on the way to the state root,
    /// and with it change what every unit says. Where instances are below it, and no symlink led
    /// there, it is watched already.
    void watch_state_root() {
        const std::string& named = m_configuration.named_root;
        const std::string& root = named.empty() ? m_configuration.root : named;
        if (named.empty() &&
            std::ranges::any_of(m_configuration.instance_directories, [&](const auto& directory) {
                return path_below(directory, root).has_value();
            }))
            return;
        add_new(m_directories, root);
        for (const std::string& directory : search_mounts(m_tree, root).not_mounted)
            add_new(named.empty() ? m_no_links : m_not_mounted, directory);
    }

    /// The names of what is mounted.
    [[nodiscard]] std::set<std::string, std::less<>> recorded_instances() const {
        const FileDescriptor fd =
            checked(m_tree.open(state_path, O_RDONLY | O_DIRECTORY), "open", state_path, {ENOENT});
        if (!fd)
            return {};
        std::set<std::string, std::less<>> recorded;
        for_each_entry(fd.get(), state_path, most_records, [&](std::string_view file) {
            if (!file.ends_with(record_ending))
                return;
            file.remove_suffix(record_ending.size());
            if (is_name_of_any_version(file))
                recorded.emplace(file);
        });
        return recorded;
    }

    /// What goes wrong with one thing is reported, and is no reason to leave out another.
    void attempt(std::string_view what, const std::function<void()>& action) {
        try {
            action();
        } catch (const std::exception& error) {
            m_receiver.fail(what, error);
        }
    }

    const HostTree& m_tree;
    const HostConfiguration& m_configuration;
    GenerationReceiver& m_receiver;
    /// The names that have a record of a mount.
    std::set<std::string, std::less<>> m_recorded;
    /// How many instances have been made.
    unsigned m_made = 0;
    /// The names that have an instance.env.
    std::unordered_set<std::string> m_present;
    std::vector<PortClaim> m_ports;
    /// Where instances are, as configured and with symlinks resolved.
    std::vector<std::string> m_directories;
    std::vector<std::string> m_not_mounted;
    /// On the way to the state root.
    std::vector<std::string> m_no_links;
};

} // namespace

void check_instance(InstanceReading& reading, const HostConfiguration& configuration) {
    if (!reading.instance)
        return;
    append(reading.diagnostics, check_layer_policy(*reading.instance, configuration));
    append(reading.diagnostics, check_unit_names(*reading.instance, configuration));
    if (has_errors(reading.diagnostics))
        reading.instance.reset();
}

void generate(const HostTree& tree, const HostConfiguration& configuration,
              GenerationReceiver& receiver) {
    Generation(tree, configuration, receiver).run();
}

} // namespace left4me
