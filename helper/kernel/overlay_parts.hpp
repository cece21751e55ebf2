#pragma once

#include <string>
#include <vector>

namespace left4me {

/// A layer as it is handed to the kernel. Owns nothing.
struct OverlayLayer {
    /// The opened directory, or the detached clone in front of it.
    int directory;
    bool is_detached;
    /// For errors.
    std::string path;
};

/// What an overlay is built of, opened and checked. Owns nothing.
struct OverlayParts {
    std::string instance;
    /// Topmost first.
    std::vector<OverlayLayer> layers;
    /// runtime/NAME, and in it upper and work.
    int parent;
    int upper;
    int work;
    /// The path of runtime/NAME, for errors.
    std::string path;
};

} // namespace left4me
