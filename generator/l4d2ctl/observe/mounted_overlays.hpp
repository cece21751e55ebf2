#pragma once

#include "generator/instance/host_configuration.hpp"
#include "generator/instance/instance.hpp"
#include "generator/overlay/mount_records.hpp"
#include "generator/text/complaint.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace left4me::ctl {

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

    /// Whether the overlay of an instance has other layers than its instance.env says. Only root
    /// sees which layers an overlay has: to anybody else, it has not.
    ///
    /// \throw SystemError
    [[nodiscard]] bool has_other_layers(const Instance& instance) const;

    /// Why what the server of an instance writes does not come to stay; "" when it does, and for
    /// whom that cannot be told: only root sees on which upper an overlay is.
    ///
    /// \param directory  its runtime/NAME
    /// \throw SystemError
    [[nodiscard]] std::string trouble_with_upper(const std::string& name,
                                                 const std::string& directory) const;

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
