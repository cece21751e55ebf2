#pragma once

#include "generator/instance/host_configuration.hpp"
#include "generator/instance/instance.hpp"
#include "generator/overlay/mount_records.hpp"
#include "generator/text/diagnostic.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace left4me::ctl {

/// What is wrong with the overlay of a running server. Only root sees which upper and layers an
/// overlay has: to anybody else, they are right.
struct OverlayTrouble {
    /// Why what the server writes does not come to stay; "" when it does.
    std::string with_upper;
    /// Whether it has other layers than instance.env says.
    bool has_other_layers = false;
};

/// The overlays of servers that are mounted where they belong, in this mount namespace.
class MountedOverlays {
  public:
    /// \throw SystemError
    explicit MountedOverlays(const HostConfiguration& configuration);

    /// By instance, the id of the mount.
    [[nodiscard]] const std::map<std::string, std::uint64_t, std::less<>>& ids() const {
        return m_ids;
    }

    /// When the overlay of an instance was mounted, in seconds since the epoch, by its record.
    ///
    /// \return nothing when that cannot be told; only root can tell
    /// \throw SystemError
    [[nodiscard]] std::optional<std::int64_t> mounted_at(const std::string& name) const;

    /// \param directory  the runtime/NAME of `name`
    /// \param instance   what its instance.env says; may be null
    /// \throw SystemError
    [[nodiscard]] OverlayTrouble trouble_with(const std::string& name, const std::string& directory,
                                              const Instance* instance) const;

    /// What is wrong with how ROOT/runtime is mounted, in which they are.
    [[nodiscard]] const std::optional<Complaint>& objection_to_runtime() const {
        return m_objection_to_runtime;
    }

  private:
    std::optional<Complaint> m_objection_to_runtime;
    std::map<std::string, std::uint64_t, std::less<>> m_ids;
    std::set<std::string, std::less<>> m_read_only;
    std::optional<MountRecords> m_records;
};

} // namespace left4me::ctl
