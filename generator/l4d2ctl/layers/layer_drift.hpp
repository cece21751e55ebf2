#pragma once

#include "generator/l4d2ctl/layers/layer_entry.hpp"
#include "generator/l4d2ctl/layers/layer_words.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace left4me::ctl {

/// When a server came to have its own instead of what a layer has.
struct OwnSince {
    FileTime time = {};
    /// Whether it is when the file was made; else, where the file system does not note that, when
    /// its contents were last changed.
    bool birth = true;
};

[[nodiscard]] OwnSince own_since(const LayerEntry& in_upper);

/// Whether the layer's file has come or changed since.
[[nodiscard]] bool is_newer(const LayerEntry& in_layer, const OwnSince& own);

/// Something in upper that hides what has changed in a layer since.
struct DriftItem {
    enum class Kind {
        /// A copy of the server's, which differs.
        file,
        /// A file that was deleted.
        deletion,
        /// A directory that was deleted and made anew.
        directory,
        directory_deletion,
    };

    Kind kind = Kind::file;
    /// In the merged tree.
    std::string path;
    /// The path of the layer with the newest of what is hidden.
    std::string layer;
    OwnSince own;
    /// Of a deletion: until when it may have come about, where that is not known exactly: the
    /// kernel lets all whiteouts of a mount be one file.
    std::optional<FileTime> own_until = {};
    /// When the layer's file, or the newest in its directory, came or changed.
    FileTime changed = {};
    /// Of a file: whether the contents were compared; if not, they may be the same.
    bool compared = true;
    /// Of a directory: how many files in it have changed, and the newest of them.
    std::uint64_t files = 1;
    std::string newest = {};
};

/// All of one instance.
struct DriftReport {
    std::string instance;
    /// The path of upper.
    std::string upper;
    std::vector<DriftItem> items;
    /// Whether everything could be looked at.
    bool complete = true;
};

/// For people.
[[nodiscard]] std::string describe(const DriftReport& report, const LayerStyle& style);

/// For programs: packaging/schema/l4d2ctl-layers.schema.json.
[[nodiscard]] std::string to_json(const std::vector<DriftReport>& reports);

} // namespace left4me::ctl
