#pragma once

#include "generator/overlay/mount_plan.hpp"

#include <string>
#include <vector>

namespace left4me {

/// One way in which an overlay that is mounted is not the one that would be mounted now.
struct PlanDifference {
    enum class Kind {
        layer_removed,
        layer_added,
        layer_moved,
        /// Another directory has its path.
        layer_replaced,
        /// Its top directory has another owner.
        id_map_changed,
        runtime_user_changed,
        sandbox_user_changed,
        directory_changed,
        /// Another directory is upper now, or none: what the server writes goes elsewhere.
        upper_replaced,
        work_replaced,
        /// Nobody can write to it.
        read_only,
    };

    Kind kind;
    /// The path of the layer, or "" when it is about all of the overlay.
    std::string layer;
    /// For people.
    std::string text;
};

/// All of them, the layers' first, topmost first. The way in which the kernel is told makes none.
/// An upper or work that the plan of what is mounted does not know differs from none.
///
/// \param is_read_only  whether the overlay that is mounted is
[[nodiscard]] std::vector<PlanDifference>
find_differences(const MountPlan& mounted, const MountPlan& planned, bool is_read_only = false);

} // namespace left4me
