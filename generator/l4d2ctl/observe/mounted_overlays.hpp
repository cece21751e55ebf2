#pragma once

#include "generator/instance/host_configuration.hpp"
#include "generator/instance/instance.hpp"
#include "generator/overlay/mount_record_files.hpp"
#include "generator/text/diagnostic.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace left4me::ctl {

/// What is wrong with the overlay of a running server. Only root sees which upper and layers an
/// overlay has; anybody else sees only whether it is read-only.
struct OverlayTrouble {
    /// Why the server's files are not kept; "" if they are.
    std::string with_upper;
    /// Whether it has other layers than instance.env says.
    bool has_other_layers = false;
    /// The paths of those of its layers at which there is another directory now, or none, and which
    /// instance.env still says.
    std::vector<std::string> replaced_layers;
    /// Whether it was mounted by what instance.env says now.
    bool is_of_file = false;
};

/// The overlays of servers that are mounted where they belong, in this mount namespace. Owns a
/// descriptor of /run/left4me and can be moved, not copied.
class MountedOverlays {
  public:
    /// Reads the mount table once; what is mounted later is not seen.
    ///
    /// \throw SystemError if the mount table cannot be read, or /run/left4me cannot, except for a
    ///        lack of permission
    explicit MountedOverlays(const HostConfiguration& configuration);

    /// The id of the mount (STATX_MNT_ID) by instance: the topmost one if there are several.
    [[nodiscard]] const std::map<std::string, std::uint64_t, std::less<>>& ids() const {
        return m_ids;
    }

    /// When the overlay of an instance was mounted, in seconds since the epoch, by its record.
    ///
    /// \return nullopt if it is not mounted, has no record, or the caller may not read records
    /// \throw SystemError if the record cannot be read
    [[nodiscard]] std::optional<std::int64_t> mounted_at(const std::string& name) const;

    /// The path ROOT/runtime/NAME that an instance is mounted below, or was last, by its record,
    /// whatever left4me.conf says now.
    ///
    /// \return nullopt if it has no record, or the caller may not read records
    /// \throw SystemError if the record cannot be read
    [[nodiscard]] std::optional<std::string> directory_of(const std::string& name) const;

    /// Compares the mounted overlay with its directories and its instance.env, by its record.
    ///
    /// \param directory  the path ROOT/runtime/NAME
    /// \param instance   what its instance.env says; nullptr if it cannot be used
    /// \return no trouble if it is not mounted
    /// \throw SystemError if the record cannot be read
    [[nodiscard]] OverlayTrouble trouble_with(const std::string& name, const std::string& directory,
                                              const Instance* instance) const;

    /// What is wrong with how ROOT/runtime, which holds them, is mounted; nullopt if nothing is.
    [[nodiscard]] const std::optional<Complaint>& objection_to_runtime() const {
        return m_objection_to_runtime;
    }

  private:
    [[nodiscard]] bool has_layer(const std::string& record, const std::string& layer) const;

    std::optional<Complaint> m_objection_to_runtime;
    std::map<std::string, std::uint64_t, std::less<>> m_ids;
    std::set<std::string, std::less<>> m_read_only;
    std::optional<MountRecords> m_records;
    /// By path, for the servers that share a layer.
    mutable std::map<std::string, std::optional<DirectoryIdentity>, std::less<>> m_layers;
};

} // namespace left4me::ctl
