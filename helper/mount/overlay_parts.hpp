#pragma once

#include "generator/host/file_descriptor.hpp"

#include <string>
#include <vector>

namespace left4me {

/// A layer as it is handed to the kernel. Owns nothing.
struct OverlayLayer {
    /// A detached clone of the directory.
    int clone;
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

/// Opens upper or work once more, in a clone of runtime/NAME.
///
/// \param clone        from clone_mount()
/// \param opened       the same directory, opened where the instance's directories are
/// \param parent_path  of runtime/NAME, for errors
/// \throw Refusal when another one is there by now, SystemError
[[nodiscard]] FileDescriptor open_in_clone(int clone, const std::string& name, int opened,
                                           const std::string& parent_path);

} // namespace left4me
