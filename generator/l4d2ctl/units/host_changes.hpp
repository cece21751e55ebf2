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
    /// Whether left4me.conf can be used; otherwise everything goes.
    bool configuration_usable = true;
    std::vector<JudgedChange> instances;
    /// In what is of no instance.
    std::vector<FileChange> others;
    /// Instances that could not be compared, since their files are for others' eyes.
    std::vector<std::string> not_compared;
};

/// \return "" when there is nothing to say
[[nodiscard]] std::string to_text(const HostChanges& changes);
[[nodiscard]] std::string to_json(const HostChanges& changes);

} // namespace left4me::ctl
