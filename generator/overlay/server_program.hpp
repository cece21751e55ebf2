#pragma once

#include "generator/host/host_tree.hpp"
#include "generator/overlay/layer_opener.hpp"
#include "generator/text/diagnostic.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace left4me {

/// Looks for the programs of a server where its overlay would show them: in upper, then in the
/// layers. It follows no symlink; what lies behind one counts as executable.
class ServerPrograms {
  public:
    /// \param host    with the interpreters that a server's root shows
    /// \param upper   opened; -1 when there is none yet
    /// \param path    of runtime/NAME
    /// \param layers  topmost first; they have to outlive this
    ServerPrograms(const HostTree& host, int upper, const std::string& path,
                   const std::vector<OpenLayer>& layers);

    /// \param merged  the overlay itself, opened; since it may soon be unmounted, messages name a
    ///                program in it without its path
    ServerPrograms(const HostTree& host, int merged, const std::string& path);

    /// What keeps srcds_run from being executed, or the server that it executes. That is looked for
    /// only where srcds_run is a script that names it.
    ///
    /// \throw SystemError
    [[nodiscard]] std::optional<Complaint> objection_to_game() const;

    /// What keeps a command of an administrator's from being executed.
    ///
    /// \param command  a path as a server's root has it, or a name for which systemd looks in its
    /// own
    ///                 search path; nothing is said of other paths
    /// \throw SystemError
    [[nodiscard]] std::optional<Complaint> objection_to_command(const std::string& command) const;

  private:
    struct Place {
        int directory;
        /// "" is not told.
        std::string path;
    };

    struct Program;

    [[nodiscard]] std::optional<Program> find(const std::string& name) const;
    [[nodiscard]] std::optional<Complaint> fault_of(Program& program) const;
    [[nodiscard]] bool is_in_search_path(const std::string& name) const;
    [[nodiscard]] bool lacks(const std::string& interpreter) const;

    const HostTree& m_host;
    std::string m_merged;
    /// Topmost first.
    std::vector<Place> m_places;
};

} // namespace left4me
