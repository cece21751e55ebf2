#pragma once

#include "generator/l4d2ctl/layers/file_access.hpp"

#include <string>
#include <vector>

namespace left4me::ctl {

/// A layer, or an upper, and how the server sees it.
struct SeenDirectory {
    /// Opened.
    int directory = -1;
    std::string path;
    LayerSight sight;
};

/// Finds the directories of game::written_directories that a server may not write to. Whose a
/// directory is in an overlay, the topmost layer that has it says; it is copied up at the first
/// write.
///
/// \param stack  topmost first
/// \return for each of `stack`, in its order, those that it decides about
/// \throw SystemError when the system is short of something
[[nodiscard]] std::vector<UnwritableDirectories>
find_unwritable_directories(const std::vector<SeenDirectory>& stack);

} // namespace left4me::ctl
