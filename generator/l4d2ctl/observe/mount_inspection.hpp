#pragma once

#include "host/file_descriptor.hpp"
#include "host/host_tree.hpp"
#include "instance/host_configuration.hpp"
#include "instance/instance.hpp"
#include "kernel/expected_mounts.hpp"
#include "kernel/layer_directories.hpp"
#include "l4d2ctl/observe/layer_access.hpp"
#include "l4d2ctl/view/check_report.hpp"
#include "plan/mount_plan.hpp"
#include "plan/objection.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace left4me::ctl {

/// Looks at what a mount would find on this host, and at what its server would, in the helper's
/// words where the helper has some. Changes nothing.
class MountInspection {
  public:
    /// Uppers are looked into if this process can read the marks that the helper leaves
    /// (confinement.hpp).
    ///
    /// \param live  whether `tree` is this host: what is mounted is asked of no other
    /// \throw SystemError when the system is short of something
    MountInspection(const HostTree& tree, const HostConfiguration& configuration, bool live);

    /// What is wrong for every instance.
    [[nodiscard]] const Findings& of_host() const { return m_of_host; }

    /// What is wrong for one that has passed check_instance(). A layer is walked through only once,
    /// however many instances have it.
    ///
    /// \throw SystemError when the system is short of something
    [[nodiscard]] Findings inspect(const Instance& instance);

    /// The first thing that would keep it from being started, in one line; "" when there is none.
    ///
    /// \throw SystemError when the system is short of something
    [[nodiscard]] std::string refusal_of(const Instance& instance);

    /// What could not be looked at so far, each thing once.
    [[nodiscard]] const std::vector<std::string>& notes() const { return m_notes; }

  private:
    struct Users {
        UserIds runtime;
        UserIds sandbox;
    };

    /// What is known of a layer that was opened.
    struct Stack {
        std::vector<OpenLayer> layers;
        /// Whether those are all of the instance's.
        bool whole = true;
    };

    /// Where a finding belongs.
    struct Place {
        FindingKind kind;
        std::string file;
        unsigned line;
        std::string instance;

        [[nodiscard]] Finding finding(Severity severity, const Objection& objection) const;
    };

    void open_root();
    void find_users();
    [[nodiscard]] std::optional<UserIds> find_user(const char* key, const std::string& user);

    void inspect_mount_points(const Instance& instance, Findings& findings);
    [[nodiscard]] Stack open_stack(const Instance& instance, Findings& findings);
    void inspect_stack(const Instance& instance, const Stack& stack, Findings& findings);
    /// \return whether all of it could be looked at
    bool inspect_files(const OpenLayer& layer, const Place& place, Findings& findings);
    /// \param upper  -1 when there is none yet
    void inspect_game(const Place& place, const std::vector<OpenLayer>& layers, int upper,
                      const std::string& upper_path, Findings& findings);
    [[nodiscard]] std::optional<Objection> objection_to_game(const std::vector<OpenLayer>& layers,
                                                             int upper,
                                                             const std::string& upper_path) const;
    [[nodiscard]] bool is_of_sandbox(const OpenLayer& layer) const;
    [[nodiscard]] LayerSight sight_of(const OpenLayer& layer) const;

    /// To look there would have a file system mounted, and wait for it.
    bool is_behind_automount(const std::string& path);
    /// Turns what `action` throws into a finding, or into a note when it is for root only.
    void attempt(const Place& place, const std::string& what, Findings& findings,
                 const std::function<void()>& action);
    void note(std::string text);

    const HostTree& m_tree;
    const HostConfiguration& m_configuration;
    bool m_live;
    bool m_reads_marks;
    /// Empty when there is none, and then nothing of it is judged.
    FileDescriptor m_root;
    /// Nothing when they cannot be used.
    std::optional<Users> m_users;
    ExpectedMounts m_mounts;
    Findings m_of_host;
    std::vector<std::string> m_notes;
    /// By device and inode.
    std::map<std::pair<std::uint64_t, std::uint64_t>, LayerAccess> m_access;
    std::size_t m_entries_left;
};

} // namespace left4me::ctl
