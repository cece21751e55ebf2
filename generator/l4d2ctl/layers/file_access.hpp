#pragma once

#include "generator/instance/user_ids.hpp"
#include "generator/overlay/id_map.hpp"
#include "generator/text/diagnostic.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace left4me::ctl {

/// Whose a file is, and what its mode lets others do.
struct FileAccess {
    /// As stat(2) gives it.
    std::uint32_t mode = 0;
    UserIds owner{};
};

/// The bits of one of the three groups of a mode.
enum class Permission : unsigned { execute = 1, write = 2, read = 4, read_and_execute = 5 };

/// How a server sees the files of a layer.
struct LayerSight {
    /// Who it runs as; not root.
    UserIds user{};
    /// What is on disk shows through these.
    IdMap uids;
    IdMap gids;
};

/// \param idmapped  whether the ids of `user` and `sandbox_user` are swapped in front of the layer
[[nodiscard]] LayerSight sight_of_layer(bool idmapped, UserIds user, UserIds sandbox_user);

/// Whether the server's user, who is in no group but the primary one, may do that, as mode and
/// owner have it (path_resolution(7), "Permissions").
[[nodiscard]] bool permits(const FileAccess& file, const LayerSight& sight, Permission permission);

/// Files and directories that the servers' user may not read.
struct UnreadableFiles {
    std::size_t count = 0;
    /// The first of them by name, below the layer.
    std::string first;
};

/// \param user  the servers', by name
[[nodiscard]] Complaint objection_to_unreadable(const UnreadableFiles& files,
                                                const std::string& layer, const std::string& user);

/// \param layer  whose left4dead2 the server writes to
/// \param user   the servers', by name
/// \param owner  the user whose files in that layer show as `user`'s
[[nodiscard]] Complaint objection_to_unwritable(const std::string& layer, const std::string& user,
                                                const std::string& owner);

} // namespace left4me::ctl
