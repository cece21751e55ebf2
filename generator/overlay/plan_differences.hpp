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
    /// The path of the layer, or "" if it is about all of the overlay.
    std::string layer;
    /// For people: a sentence that begins with the path of the layer, if there is one.
    std::string text;
};

/// Returns all differences. Those of the mounted layers come first, then those of the added ones,
/// each topmost first, then those of all the overlay.
///
/// The way in which the kernel is told makes no difference. Nor does an upper or work if `mounted`
/// does not know which one it is.
///
/// \param mounted       from the record of the mount
/// \param planned       what mount would do now
/// \param is_read_only  whether the overlay that is mounted is read-only
[[nodiscard]] std::vector<PlanDifference>
find_differences(const MountPlan& mounted, const MountPlan& planned, bool is_read_only = false);

} // namespace left4me
