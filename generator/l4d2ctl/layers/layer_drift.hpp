#pragma once

#include "generator/l4d2ctl/layers/layer_entry.hpp"
#include "generator/l4d2ctl/layers/layer_words.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace left4me::ctl {

/// When a server got its own version of what a layer has.
struct OwnSince {
    FileTime time = {};
    /// Whether `time` is when the file was made. Otherwise the file system does not record that,
    /// and it is when the contents changed last.
    bool birth = true;
};

/// Finds since when upper has had an entry.
[[nodiscard]] OwnSince own_since(const LayerEntry& in_upper);

/// Whether the layer's file appeared or changed after that, by its change time.
[[nodiscard]] bool is_newer(const LayerEntry& in_layer, const OwnSince& own);

/// Something in upper that hides what has changed in a layer since.
struct DriftItem {
    enum class Kind {
        /// The server's own copy, which differs.
        file,
        /// A file that was deleted.
        deletion,
        /// A directory that was deleted and made anew.
        directory,
        directory_deletion,
    };

    Kind kind = Kind::file;
    /// Relative to merged.
    std::string path;
    /// The path of the layer with the newest hidden file.
    std::string layer;
    OwnSince own;
    /// The latest time at which something may have been deleted; nullopt if `own` is exact, or
    /// nothing was deleted. The kernel lets all whiteouts of a mount be one file.
    std::optional<FileTime> own_until = {};
    /// When the layer's file, or the newest in its directory, appeared or changed.
    FileTime changed = {};
    /// False for a file whose contents were not compared, and may be the same.
    bool compared = true;
    /// How many files in a directory have changed; 1 for a file.
    std::uint64_t files = 1;
    /// The newest of them, relative to the directory; empty for a file.
    std::string newest = {};
};

/// Everything that was found for one instance.
struct DriftReport {
    std::string instance;
    /// The path of upper.
    std::string upper;
    std::vector<DriftItem> items;
    /// Whether everything could be looked at.
    bool complete = true;
};

/// For people; several lines, also when there are no items.
[[nodiscard]] std::string describe(const DriftReport& report, const LayerStyle& style);

/// For programs: packaging/schema/l4d2ctl-layers.schema.json.
[[nodiscard]] std::string to_json(const std::vector<DriftReport>& reports);

} // namespace left4me::ctl
