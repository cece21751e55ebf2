#pragma once

#include "instance/host_configuration.hpp"
#include "instance/instance.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace left4me {

/// A file or a symlink that the generator leaves in its output directory.
struct UnitFile {
    enum class Kind { file, symlink };

    Kind kind;
    /// Relative to the output directory; at most one directory deep.
    std::string path;
    /// The text of the file, or where the symlink points.
    std::string content;
};

/// The name of the mount unit for the merged directory of `instance`, as systemd-escape(1) --path
/// makes it.
[[nodiscard]] std::string mount_unit_name(std::string_view instance,
                                          const HostConfiguration& configuration);

/// What is wrong with the instance that only its units show (a unit name that no file system
/// takes).
[[nodiscard]] Diagnostics check_unit_names(const Instance& instance,
                                           const HostConfiguration& configuration);

/// Everything that makes systemd run `instance`: its mount unit, the drop-in of its service, and
/// with autostart the symlink in l4d2.target.wants.
[[nodiscard]] std::vector<UnitFile> render_instance(const Instance& instance,
                                                    const HostConfiguration& configuration);

} // namespace left4me
