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
    /// Whether it belongs into the directory of those that any other unit of that name wins over
    /// (systemd.generator(7), late-dir).
    bool late = false;

    bool operator==(const UnitFile&) const = default;
};

/// The name of the mount unit for the merged directory of `instance`, as systemd-escape(1) --path
/// makes it.
[[nodiscard]] std::string mount_unit_name(std::string_view instance,
                                          const HostConfiguration& configuration);

/// What is wrong with the instance that only its units show (a unit name that no file system
/// takes).
[[nodiscard]] Diagnostics check_unit_names(const Instance& instance,
                                           const HostConfiguration& configuration);

/// Everything that makes systemd run `instance`: its mount unit, the target of the file systems it
/// needs, the drop-in of its service, and with autostart the symlink in l4d2.target.wants.
[[nodiscard]] std::vector<UnitFile> render_instance(const Instance& instance,
                                                    const HostConfiguration& configuration);

/// A drop-in for an instance whose instance.env cannot be used. The template does the rest: its
/// start asks the helper, which says why, and fails once. A server that was running when its file
/// broke is still unmounted.
///
/// \param source  the instance.env
[[nodiscard]] UnitFile render_broken_instance(const std::string& name, const std::string& source,
                                              const HostConfiguration& configuration);

/// A drop-in for an instance that has no instance.env any more and is still mounted: it is
/// unmounted when its server stops.
[[nodiscard]] UnitFile render_retired_instance(const std::string& name,
                                               const HostConfiguration& configuration);

/// What every file system that a layers' target waits for brings along: the mount unit of
/// ROOT/runtime, a bind mount of it onto itself with nosuid and nodev. What the kernel copies up
/// from a layer keeps its set-user-ID bit and becomes the servers' user's (facts: "Copy-up keeps
/// the set-user-ID bit"). It is never started over overlays that are mounted, and a unit of that
/// name that fstab(5) or the administrator has wins.
[[nodiscard]] UnitFile render_runtime_mount(const HostConfiguration& configuration);

/// What makes systemd read the instances again at boot that are on file systems which were not
/// mounted yet when the generator ran: a drop-in for left4me-late-instances.service, and that
/// service in l4d2.target.wants. Nothing when everything is mounted.
///
/// \param directories  those that hold instances, and the state root where it holds none
/// \param not_mounted  the directories on the way to them on which a file system may still be
///                     mounted
/// \param no_links     the directories that are no symlinks as yet; if one became one, every unit
///                     would say something else
[[nodiscard]] std::vector<UnitFile>
render_late_instances(const std::vector<std::string>& directories,
                      const std::vector<std::string>& not_mounted,
                      const std::vector<std::string>& no_links = {});

} // namespace left4me
