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
    /// The path of the instance.env by which it was mounted.
    std::string configuration;
    /// fingerprint() of its text, then.
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

/// Returns the record as JSON with a newline at the end. U+FFFD replaces what is not UTF-8.
[[nodiscard]] std::string to_json(const MountRecord& record);

/// Whether the record in `text` is of an instance.env with this fingerprint, and so of its layers.
/// It is not parsed, for callers that look at a thousand.
///
/// \param text  one that to_json() made; any other may give either answer
[[nodiscard]] bool is_record_of(std::string_view text, std::uint64_t fingerprint);

/// Whether the record in `text` is of an overlay on these directories; otherwise as is_record_of().
/// True if it names no upper, as one of an older version does.
[[nodiscard]] bool is_record_on(std::string_view text, const DirectoryIdentity& upper,
                                const DirectoryIdentity& work);

/// Whether the record in `text`, one that to_json() made, has this directory as a layer: likewise.
[[nodiscard]] bool is_record_with(std::string_view text, const std::string& layer,
                                  const DirectoryIdentity& directory);

/// Returns the record in `text`; nothing if that is not one, as when it was cut off. A record by a
/// version whose fields have other meanings is not one.
[[nodiscard]] std::optional<MountRecord> parse_record(std::string_view text);

} // namespace left4me
