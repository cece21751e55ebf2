#pragma once

#include "generator/l4d2ctl/units/effective_settings.hpp"

#include <string>
#include <vector>

namespace left4me::ctl {

/// A condition or an assertion of a unit that a path exists.
struct PathCondition {
    enum class Kind { exists, is_directory, is_mount_point };

    Kind kind = Kind::exists;
    std::string path;
    /// Whether it holds when that is not so.
    bool negated = false;
    /// As written: its key and value.
    std::string text;
    std::string file;
    /// Counted from 1.
    unsigned line = 0;
};

/// The conditions and assertions without which systemd starts nothing, as far as they are about
/// paths: ConditionPathExists=, ConditionPathIsDirectory=, ConditionPathIsMountPoint= and the
/// assertions named alike (systemd.unit(5)). Left out are those of which one of several suffices
/// ('|'), and those with specifiers.
[[nodiscard]] std::vector<PathCondition> path_conditions(const UnitPieces& pieces);

} // namespace left4me::ctl
