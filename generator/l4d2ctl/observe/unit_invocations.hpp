#pragma once

#include "generator/host/file_descriptor.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <sys/stat.h>

namespace left4me::ctl {

/// When units that run were started, from what systemd leaves for the journal: a symlink for each,
/// /run/systemd/units/invocation:UNIT, made before the first process of a start is forked and
/// removed when the unit has ended (systemd: src/core/unit.c, unit_export_invocation_id()). To ask
/// systemd for it takes ten times as long; where there is no such link, it has to be asked.
class UnitInvocations {
  public:
    UnitInvocations();

    struct Start {
        /// Microseconds since the epoch.
        std::uint64_t time;
        /// Whether generators have not run since, so that systemd still has the units it was
        /// started from. It may be said not to be so where it is, never the other way round.
        bool from_loaded_units;
    };

    /// \return nothing when that cannot be told for this unit
    [[nodiscard]] std::optional<Start> find(const std::string& unit) const;

  private:
    [[nodiscard]] bool was_made_after_generation(const struct stat& link) const;

    FileDescriptor m_links;
    /// Of the directory of generators' output, which systemd makes anew before it runs them.
    std::optional<struct stat> m_generation;
};

} // namespace left4me::ctl
