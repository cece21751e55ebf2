#pragma once

#include "generator/instance/host_settings.hpp"
#include "generator/text/diagnostic.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace left4me {

/// How an overlay's directories are handed to the kernel; left4me.conf and records name it so.
enum class MountWay {
    /// As descriptors (fsconfig(2), FSCONFIG_SET_FD): nothing but the overlay is ever attached.
    descriptors,
    /// As paths in a mount namespace made for the purpose, for kernels before 6.15.
    staged,
};

/// A directory that layers may come from.
struct LayerRoot {
    /// Absolute and normalised.
    std::string path;
    /// Whether the directory itself is a layer too (`installation`), or only what is below it
    /// (`overlays/*`).
    bool is_layer;
};

/// What MaxInstances= may be: so many names of an instance directory are kept, and with more units
/// systemd takes minutes for a reload.
inline constexpr unsigned largest_max_instances = 8192;

/// left4me.conf with everything resolved: what the administrator decided for the whole host.
struct HostConfiguration {
    /// The state root with its symlinks resolved: systemd's mount units take none.
    std::string root = "/var/lib/left4me";
    /// The state root as left4me.conf names it, when that is another path.
    std::string named_root;
    /// Searched in this order; the first one that has an instance wins.
    std::vector<std::string> instance_directories;
    std::vector<LayerRoot> layer_roots;
    /// User names or numbers, unresolved: only the helper asks who they are.
    std::string runtime_user = "left4me";
    std::string sandbox_user = "l4d2-sandbox";
    /// A time span as systemd.time(7) writes them.
    std::string start_limit_interval = "60s";
    unsigned start_limit_burst = 5;
    /// Instances that get units; at least 1 and at most `largest_max_instances`.
    unsigned max_instances = 1000;
    /// Nothing: the helper asks the kernel.
    std::optional<MountWay> mount_way;

    /// `path` made absolute and plain as by normalize_path(), below the state root when it is
    /// relative; what lies below the state root as left4me.conf names it is put below the resolved
    /// one.
    ///
    /// \return nothing when a component is `..`
    [[nodiscard]] std::optional<std::string> resolve_path(std::string_view path) const;

    [[nodiscard]] std::string runtime_directory(std::string_view instance) const;
    [[nodiscard]] std::string merged_directory(std::string_view instance) const;
};

/// Where Root= leads.
struct StateRoot {
    /// Absolute and normalised, without symlinks.
    std::string path;
    /// Why it cannot be the state root, and what to do; empty when it can.
    std::string problem;
    std::string remedy;
};

/// Resolves the symlinks of a Root=, which is absolute and normalised.
using FindStateRoot = std::function<StateRoot(const std::string& named)>;

/// For where there is no file system to ask.
[[nodiscard]] StateRoot root_as_named(const std::string& named);

/// The settings of left4me.conf while its files are being merged. Feed the files in the order in
/// which they apply, then resolve.
class HostSettings {
  public:
    /// Reads one file (INI, with inih) over what was there. A key with an empty value goes back to
    /// its default. Lines that inih 55 would misread are errors: longer than 198 bytes, indented,
    /// with a comment behind a value, with a ':' in the key, with quotes around the value.
    void merge(std::string_view text, std::string_view file);

    /// Checks every value and applies the defaults.
    ///
    /// \param find_state_root  asks the file system
    /// \return nothing when any file or value is unusable; diagnostics() says why
    [[nodiscard]] std::optional<HostConfiguration>
    resolve(const FindStateRoot& find_state_root = root_as_named);

    [[nodiscard]] const Diagnostics& diagnostics() const { return m_diagnostics; }

    /// Called for every `key = value` in `section` at `line` of `file`.
    void assign(std::string_view file, unsigned line, std::string_view section,
                std::string_view key, std::string_view value);

  private:
    struct Value {
        std::string text;
        std::string file;
        unsigned line;
        std::string_view key;
    };

    /// Given, or the default.
    [[nodiscard]] Value value_of(const HostSetting& setting) const;

    void report(const Value& value, std::string problem, std::string remedy);

    /// Reports that `KEY=value` is `what`.
    void report_value(const Value& value, std::string_view what, std::string remedy);

    void resolve_root(HostConfiguration& configuration, const FindStateRoot& find_state_root);
    [[nodiscard]] std::vector<std::string> resolve_paths(const HostSetting& setting,
                                                         const HostConfiguration& configuration);
    void resolve_user(const HostSetting& setting, std::string& user);
    void resolve_users(HostConfiguration& configuration);
    void resolve_limits(HostConfiguration& configuration);
    void resolve_way(HostConfiguration& configuration);

    std::map<std::string, Value, std::less<>> m_values;
    Diagnostics m_diagnostics;
};

} // namespace left4me
