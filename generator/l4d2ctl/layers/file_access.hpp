#pragma once

#include "generator/instance/user_ids.hpp"
#include "generator/overlay/id_map.hpp"
#include "generator/overlay/ownership_advice.hpp"
#include "generator/text/diagnostic.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace left4me::ctl {

/// The owner and the mode of a file, as they are on the disk.
struct FileAccess {
    /// As stat(2) gives it; the type bits do not matter.
    std::uint32_t mode = 0;
    UserIds owner{};
};

/// The bits of one of the three groups of a mode.
enum class Permission : unsigned { execute = 1, write = 2, read = 4, read_and_execute = 5 };

/// How a server sees the files of a layer.
struct LayerSight {
    /// The user that it runs as; not root.
    UserIds user{};
    /// The id maps between the disk and the server.
    IdMap uids;
    IdMap gids;
};

/// \param idmapped  whether the ids of `user` and `sandbox_user` are swapped in front of the layer
/// \param user      the servers'
[[nodiscard]] LayerSight sight_of_layer(bool idmapped, UserIds user, UserIds sandbox_user);

/// Whether mode and owner let the server's user do that (path_resolution(7), "Permissions"). The
/// user is taken to be in its primary group only; access control lists are not known here.
[[nodiscard]] bool permits(const FileAccess& file, const LayerSight& sight, Permission permission);

/// Files and directories that the servers' user may not read.
struct UnreadableFiles {
    std::size_t count = 0;
    /// The path of the first one in byte order, relative to the layer; empty if there is none.
    std::string first;
};

/// The complaint that the servers' user may not read files of a layer.
///
/// \param files  at least one
/// \param layer  the layer's path
/// \param user   the servers', by name
[[nodiscard]] Complaint objection_to_unreadable(const UnreadableFiles& files,
                                                const std::string& layer, const std::string& user);

/// A directory that a server writes to, and may not.
struct UnwritableDirectory {
    /// Below the layer.
    std::string path;
    /// What cannot be saved there.
    std::string_view contents;
    /// As it lies there.
    UserIds owner{};
};

/// Those of one layer.
class UnwritableDirectories {
  public:
    /// Leaves out one that lies below another: what is done about that goes for all below it.
    void add(UnwritableDirectory directory);

    [[nodiscard]] const std::vector<UnwritableDirectory>& list() const { return m_list; }

  private:
    std::vector<UnwritableDirectory> m_list;
};

/// \param directories  one at least
/// \param layer        its path; may be an upper
/// \param user         the servers', by name
/// \param owner        whose files there show as `user`'s
[[nodiscard]] Complaint objection_to_unwritable(const UnwritableDirectories& directories,
                                                const std::string& layer, const std::string& user,
                                                const NamedUser& owner);

} // namespace left4me::ctl
