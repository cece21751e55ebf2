#pragma once

#include "generator/l4d2ctl/units/change_meaning.hpp"
#include "generator/l4d2ctl/units/unit_changes.hpp"

#include <string>
#include <vector>

namespace left4me::ctl {

/// What a reload changes of one instance, and what that means.
struct JudgedChange {
    InstanceChange change;
    ServerState server = ServerState::unknown;
    ChangeMeaning meaning;
};

/// What a reload changes.
struct HostChanges {
    /// Whether left4me.conf can be used; otherwise a reload removes all generated units.
    bool configuration_usable = true;
    std::vector<JudgedChange> instances;
    /// Files that belong to no instance.
    std::vector<FileChange> others;
    /// Instances that could not be compared: the caller may not see all that decides about them.
    std::vector<std::string> not_compared;
};

/// For people.
///
/// \return "" if nothing changes
[[nodiscard]] std::string to_text(const HostChanges& changes);

/// For programs: packaging/schema/l4d2ctl-diff.schema.json.
[[nodiscard]] std::string to_json(const HostChanges& changes);

} // namespace left4me::ctl
