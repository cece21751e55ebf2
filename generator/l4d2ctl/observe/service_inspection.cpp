#include "generator/l4d2ctl/observe/service_inspection.hpp"

#include "generator/host/file_status.hpp"
#include "generator/instance/game.hpp"
#include "generator/l4d2ctl/observe/unit_files.hpp"
#include "generator/l4d2ctl/units/effective_settings.hpp"
#include "generator/l4d2ctl/units/start_commands.hpp"
#include "generator/l4d2ctl/units/start_conditions.hpp"
#include "generator/units/instance_units.hpp"
#include "generator/units/unit_names.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

namespace left4me::ctl {

namespace {

/// \param fd  of the path
bool is_so(const PathCondition& condition, int fd) {
    switch (condition.kind) {
    case PathCondition::Kind::exists:
        return true;
    case PathCondition::Kind::is_directory:
        return S_ISDIR(status_of(fd, condition.path).st_mode);
    case PathCondition::Kind::is_mount_point:
        return (status_of(fd, STATX_TYPE, condition.path).stx_attributes & STATX_ATTR_MOUNT_ROOT) !=
               0;
    }
    return true;
}

/// \return nothing if it cannot be told
std::optional<bool> holds(const PathCondition& condition, const HostTree& tree) {
    const FileDescriptor fd = tree.open(condition.path, O_PATH);
    if (!fd && errno != ENOENT && errno != ENOTDIR)
        return std::nullopt;
    return (fd && is_so(condition, fd.get())) != condition.negated;
}

Diagnostics unmet_conditions(const HostTree& tree, const UnitPieces& pieces) {
    Diagnostics warnings;
    for (const PathCondition& condition : path_conditions(pieces))
        if (!holds(condition, tree).value_or(true))
            warnings.push_back(warning_at(
                condition.file, condition.line,
                {fmt::format("{} does not hold now, and systemd does not start the server while it "
                             "does not",
                             one_line(condition.text)),
                 "see to that, or take the line out"}));
    return warnings;
}

} // namespace

Diagnostics inspect_service(const HostTree& tree, const Instance& instance,
                            const HostConfiguration& configuration,
                            const ServerPrograms& programs) {
    const UnitPieces pieces = find_unit_pieces(tree, service_name(instance.name),
                                               render_instance(instance, configuration));
    const EffectiveUnit unit = merge_unit(pieces);
    const EffectiveSetting* const start = unit.find("Service", "ExecStart");
    const std::vector<SettingValue> commands =
        start == nullptr ? std::vector<SettingValue>{} : start->values;

    Diagnostics found = unmet_conditions(tree, pieces);
    std::ranges::move(objections_to_commands(commands), std::back_inserter(found));
    const SettingValue* const own = own_command(commands);
    if (own != nullptr)
        if (const auto objection = programs.objection_to_command(program_of_command(own->value)))
            found.push_back(error_at(own->file, own->line, *objection));
    if (own != nullptr && own->value.find(game::program) == std::string::npos)
        return found;
    if (const auto objection = programs.objection_to_game())
        found.push_back(error_at(instance.source, instance.layers_line, *objection));
    return found;
}

} // namespace left4me::ctl
