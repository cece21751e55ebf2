#pragma once

#include "generator/instance/host_configuration_keys.hpp"
#include "generator/instance/layer_roots.hpp"
#include "generator/text/diagnostic.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace left4me {

/// How an overlay's directories are handed to the kernel; left4me.conf and records name it so.
enum class MountWay {
    /// As descriptors (fsconfig(2), FSCONFIG_SET_FD): nothing except the overlay is ever attached.
    descriptors,
    /// As paths in a mount namespace made for the purpose, for kernels before 6.15.
    staged,
};

/// The largest MaxInstances=. InstanceFiles keeps no more names of a directory, and with more units
/// systemd takes minutes for a reload.
inline constexpr unsigned largest_max_instances = 8192;

/// left4me.conf with everything resolved: what the administrator decided for the whole host.
struct HostConfiguration {
    /// The state root with its symlinks resolved: systemd's mount units take none.
    std::string root = "/var/lib/left4me";
    /// The state root as left4me.conf names it; empty if that is the same path.
    std::string named_root;
    /// Searched in this order; the first one that has an instance wins.
    std::vector<std::string> instance_directories;
    std::vector<LayerRoot> layer_roots;
    /// User names or numbers; find_user() has not been asked for them.
    std::string runtime_user = "left4me";
    std::string sandbox_user = "l4d2-sandbox";
    /// A time span as systemd.time(7) writes them.
    std::string start_limit_interval = "60s";
    unsigned start_limit_burst = 5;
    /// Instances that get units; at least 1 and at most `largest_max_instances`.
    unsigned max_instances = 1000;
    /// If nothing, the helper asks the kernel.
    std::optional<MountWay> mount_way;
    /// Between two questions of left4me-watch to a server; at least 1 s.
    std::chrono::microseconds watch_interval = std::chrono::seconds(10);
    /// How long a server is silent before it is ended, where that is wanted; at least 5 s.
    std::chrono::microseconds silence_limit = std::chrono::seconds(180);

    /// Returns `path` absolute and normalised as by normalize_path(), a relative one below the
    /// state root. A path below `named_root` is put below `root` instead.
    ///
    /// \return nothing if a component is `..`
    [[nodiscard]] std::optional<std::string> resolve_path(std::string_view path) const;

    /// Returns `ROOT/runtime/NAME`; `instance` is a valid instance name.
    [[nodiscard]] std::string runtime_directory(std::string_view instance) const;
    /// Returns `ROOT/runtime/NAME/merged`, the mount point of the instance's overlay.
    [[nodiscard]] std::string merged_directory(std::string_view instance) const;
};

/// Where Root= leads.
struct StateRoot {
    /// Absolute and normalised, without symlinks; means nothing if there is a problem.
    std::string path;
    /// Why it cannot be the state root, a clause behind `Root=PATH`: "leads to /"; empty if it can.
    std::string problem;
    /// What to do about it.
    std::string remedy;
};

/// Resolves the symlinks of a Root=, which is absolute and normalised.
using FindStateRoot = std::function<StateRoot(const std::string& named)>;

/// Returns `named` as the state root, for use without a file system to ask.
[[nodiscard]] StateRoot root_as_named(const std::string& named);

/// The settings of left4me.conf while its files are being merged. Merge the files in the order in
/// which they apply, then resolve once.
class HostSettings {
  public:
    /// Reads one file over what was there, by parse_ini(), whose errors are among diagnostics(). A
    /// key with an empty value goes back to its default.
    ///
    /// \param text  the content of the file
    /// \param file  its path, for diagnostics
    void merge(std::string_view text, std::string_view file);

    /// Checks every value and applies the defaults.
    ///
    /// \param find_state_root  asks the file system
    /// \return nothing if any file or value is unusable; diagnostics() says why
    /// \throw what `find_state_root` throws
    [[nodiscard]] std::optional<HostConfiguration>
    resolve(const FindStateRoot& find_state_root = root_as_named);

    /// Returns what merge() and resolve() have found so far, errors and warnings.
    [[nodiscard]] const Diagnostics& diagnostics() const { return m_diagnostics; }

    /// Takes the `key = value` that stands in `section` at `line` of `file`. A key or section that
    /// does not exist is a warning.
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
    /// \param least, most  that `setting` may be
    void resolve_time(const HostSetting& setting, std::chrono::seconds least,
                      std::chrono::seconds most, std::chrono::microseconds& time);

    std::map<std::string, Value, std::less<>> m_values;
    Diagnostics m_diagnostics;
};

} // namespace left4me
