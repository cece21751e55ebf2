#include "generator/overlay/mount_objections.hpp"

#include "generator/overlay/mount_plan.hpp"
#include "generator/text/fields.hpp"
#include "generator/text/path_text.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace left4me {

std::optional<Complaint> objection_to_runtime(const std::vector<MountRow>& mounts,
                                              const std::string& runtime) {
    if (std::ranges::count(mounts, runtime, &MountRow::mount_point) < 2)
        return std::nullopt;
    return Complaint{fmt::format("{} has two mounts on it, and the upper one hides what is mounted "
                                 "in the lower one",
                                 runtime),
                     fmt::format("umount {}", runtime)};
}

std::optional<Complaint> objection_to_runtime_options(const std::vector<MountRow>& mounts,
                                                      const std::string& runtime) {
    const bool is_in_use = std::ranges::any_of(mounts, [&](const MountRow& row) {
        return row.type == "overlay" && row.source.starts_with(overlay_source("")) &&
               path_below(row.mount_point, runtime);
    });
    if (!is_in_use)
        return std::nullopt;
    const auto mount = std::ranges::find(mounts, runtime, &MountRow::mount_point);
    if (mount == mounts.end())
        return Complaint{fmt::format("{} is not mounted with nosuid and nodev, since overlays were "
                                     "mounted in it before: a set-user-ID file that a server "
                                     "copies from a layer can be executed by everybody",
                                     runtime),
                         "stop all servers, and start them again: systemctl stop 'l4d2@*'"};
    const std::vector<std::string> options = split(mount->options, ',');
    if (std::ranges::count(options, "nosuid") > 0 && std::ranges::count(options, "nodev") > 0)
        return std::nullopt;
    return Complaint{fmt::format("{} is mounted without nosuid and nodev: a set-user-ID file that "
                                 "a server copies from a layer can be executed by everybody",
                                 runtime),
                     "add nosuid,nodev to the options of its mount unit or in /etc/fstab"};
}

Complaint objection_to_directory(const std::string& directory, const MissingMount& missing) {
    return {fmt::format("{} needs the file system of {}, and nothing is mounted there", directory,
                        missing.directory),
            fmt::format("run systemctl start '{}'", missing.unit)};
}

Complaint objection_to_layer(const std::string& layer, const MissingMount& missing) {
    return {fmt::format("the layer {} needs the file system of {}, and nothing is mounted there",
                        printable(layer), printable(missing.directory)),
            fmt::format("run systemctl start '{}', or take the layer out of L4D2_LOWERDIRS",
                        missing.unit)};
}

std::optional<Complaint> objection_to_space(const std::string& upper, bool has_space,
                                            bool has_inodes) {
    if (has_space && has_inodes)
        return std::nullopt;
    return Complaint{
        fmt::format("the file system of {} has no {} left, so the server can write "
                    "nothing new",
                    upper, has_space ? "inodes" : "space"),
        fmt::format("remove what is not needed (see df {}{})", has_space ? "-i " : "", upper)};
}

Refusal no_such_instance(const std::string& name, const HostConfiguration& configuration) {
    std::string directories;
    for (const std::string& directory : configuration.instance_directories)
        directories += fmt::format("{}{}", directories.empty() ? "" : " or ", directory);
    return {
        Refused::no_such_instance,
        {"no such instance", fmt::format("there is no {}/instance.env in {}", name, directories)}};
}

} // namespace left4me
