#pragma once

#include "generator/instance/host_configuration.hpp"
#include "generator/instance/instance.hpp"

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
    /// Whether it goes into the late directory, so that any other unit of that name wins over it
    /// (systemd.generator(7), late-dir).
    bool late = false;

    bool operator==(const UnitFile&) const = default;
};

// None of these throws for an instance and a configuration without errors. UnitText::set() would
// throw std::invalid_argument for any other value that does not fit on its line.

/// Returns the name of the mount unit for the merged directory of `instance`, as systemd-escape(1)
/// --path makes it. It may be longer than systemd takes: see check_unit_names().
[[nodiscard]] std::string mount_unit_name(std::string_view instance,
                                          const HostConfiguration& configuration);

/// Returns an error if the name of the instance's mount unit has more bytes than systemd and file
/// systems take, 255; otherwise nothing.
[[nodiscard]] Diagnostics check_unit_names(const Instance& instance,
                                           const HostConfiguration& configuration);

/// Returns everything that makes systemd run `instance`: its mount unit, the target of the file
/// systems it needs, and the drop-in of its service. With autostart that includes the symlink in
/// l4d2.target.wants.
///
/// \param instance  one that has passed check_instance()
[[nodiscard]] std::vector<UnitFile> render_instance(const Instance& instance,
                                                    const HostConfiguration& configuration);

/// Whether a drop-in that the generator made starts its server, and with another command than the
/// files of render_instance() would.
///
/// \param drop_in  the text of the drop-in of its service
[[nodiscard]] bool starts_otherwise(std::string_view drop_in, const std::vector<UnitFile>& files);

/// Returns the path of the drop-in of an instance's service, relative to the generator's directory.
[[nodiscard]] std::string service_drop_in(std::string_view instance);

/// Returns a drop-in for an instance whose instance.env cannot be used. The template does the rest:
/// its start asks the helper, which says why, and fails once. The overlay of a server that was
/// running when its file broke is still unmounted.
///
/// \param source  the path of the instance.env
[[nodiscard]] UnitFile render_broken_instance(const std::string& name, const std::string& source,
                                              const HostConfiguration& configuration);

/// Returns a drop-in for an instance that has no instance.env any more and is still mounted: it is
/// unmounted when its server stops.
[[nodiscard]] UnitFile render_retired_instance(const std::string& name,
                                               const HostConfiguration& configuration);

/// Returns the mount unit of ROOT/runtime, a bind mount of it onto itself with nosuid and nodev,
/// which every layers' target brings along. A file that the kernel copies up from a layer keeps its
/// set-user-ID bit and becomes the servers' user's (facts: "Copy-up keeps the set-user-ID bit").
/// The unit is never started over overlays that are mounted, and is late: one of fstab(5) wins.
[[nodiscard]] UnitFile render_runtime_mount(const HostConfiguration& configuration);

/// Returns what makes systemd read those instances again at boot whose file systems were not
/// mounted yet when the generator ran. It is a drop-in for left4me-late-instances.service, and
/// that service in l4d2.target.wants.
///
/// \param directories  those that hold instances, and the state root if it holds none
/// \param not_mounted  the directories on the way to them on which a file system may still be
///                     mounted
/// \param no_links     the directories that are not symlinks as yet; if one became one, every unit
///                     would say something else
/// \return nothing if `not_mounted` and `no_links` are empty
[[nodiscard]] std::vector<UnitFile>
render_late_instances(const std::vector<std::string>& directories,
                      const std::vector<std::string>& not_mounted,
                      const std::vector<std::string>& no_links = {});

} // namespace left4me
