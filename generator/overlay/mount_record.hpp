#pragma once

#include "generator/overlay/mount_plan.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace left4me {

/// What /run/left4me keeps about a mounted instance, since the kernel's mount table does not name
/// layers that were passed as descriptors.
struct MountRecord {
    MountPlan plan;
    /// The instance.env by which it was mounted.
    std::string configuration;
    /// Of its text, then.
    std::uint64_t fingerprint = 0;
    /// Seconds since the epoch.
    std::int64_t mounted_at = 0;
    /// statx(2)'s STATX_MNT_ID of the overlay.
    std::uint64_t mount_id = 0;
    /// The overlay's, MAJOR:MINOR.
    std::string file_system;
    /// Whether it has been made read-only, to be taken down: whatever is left of it is harmless.
    bool read_only = false;
};

/// The record as JSON.
[[nodiscard]] std::string to_json(const MountRecord& record);

/// Whether the record in `text`, one that to_json() made, is of an instance.env with this
/// fingerprint, and so of its layers: for who looks at a thousand, and need not parse them.
[[nodiscard]] bool is_record_of(std::string_view text, std::uint64_t fingerprint);

/// Whether the record in `text`, one that to_json() made, is of an overlay on these directories:
/// likewise. One of an older version knows of none, and is then of any.
[[nodiscard]] bool is_record_on(std::string_view text, const DirectoryIdentity& upper,
                                const DirectoryIdentity& work);

/// \return nothing when `text` is no record: cut off, or written by another version
[[nodiscard]] std::optional<MountRecord> parse_record(std::string_view text);

} // namespace left4me
