#pragma once

#include "generator/host/file_descriptor.hpp"
#include "generator/host/host_tree.hpp"
#include "generator/instance/host_configuration.hpp"
#include "generator/instance/instance.hpp"
#include "generator/l4d2ctl/layers/layer_stack.hpp"
#include "generator/overlay/expected_mounts.hpp"
#include "generator/overlay/mount_record_files.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace left4me::ctl {

/// A directory of a stack, opened.
struct OpenStackLayer {
    std::string path;
    bool idmapped = false;
    /// Opened with O_PATH; empty if it does not exist or could not be opened.
    FileDescriptor fd;
};

/// The stack that merged shows: the layers that are mounted, otherwise those of instance.env.
struct OpenStack {
    LayerStack found;
    OpenStackLayer upper;
    /// Topmost first: those of `found`, its mounted_layers if there are any.
    std::vector<OpenStackLayer> layers;
};

/// Opens the layers of instances as left4me-overlay would, and looks at what is mounted of them.
/// Owns descriptors and cannot be copied; the constructor's arguments have to outlive it.
class LayerStacks {
  public:
    /// \param tree      this host if `live`; otherwise only what is in the tree is looked at
    /// \param users     whose ids decide which layers are idmapped
    /// \param measured  whether to find out how large directories are; one that several instances
    ///                  have is measured once
    /// \throw SystemError if the mount table cannot be read, or the system is short of something
    LayerStacks(const HostTree& tree, const HostConfiguration& configuration,
                const KnownUsers& users, bool live, bool measured);

    /// Opens the stack of an instance. What cannot be opened is a problem in the result.
    ///
    /// \param instance  one that has passed check_instance()
    /// \throw SystemError if the system is short of something
    [[nodiscard]] OpenStack open(const Instance& instance);

    /// Opens the stack of an instance without a readable instance.env, by the record of its mount.
    ///
    /// \return nullopt if it is not mounted, or has no record that the caller may read
    /// \throw SystemError if the system is short of something
    [[nodiscard]] std::optional<OpenStack> open_mounted(const std::string& name);

    /// Whether the records of what is mounted could be read; true for a tree that is not live.
    [[nodiscard]] bool sees_records() const { return m_sees_records; }

  private:
    /// What is found without an instance.env.
    struct Beginning {
        OpenStack stack;
        /// The record of what is mounted.
        std::optional<MountRecord> record;
        /// As they are now.
        std::optional<DirectoryIdentity> upper = std::nullopt;
        std::optional<DirectoryIdentity> work = std::nullopt;
        /// Whether the mounted overlay is.
        bool read_only = false;
    };

    struct OpenedLayers {
        std::vector<StackLayer> found;
        std::vector<OpenStackLayer> open;
        MountPlan plan;
    };

    [[nodiscard]] Beginning begin(const std::string& name);
    [[nodiscard]] std::optional<MountRecord> look_at_mount(LayerStack& found, int parent,
                                                           bool& read_only) const;
    [[nodiscard]] FileDescriptor open_layer(const Instance& instance, StackLayer& found,
                                            ObservedLayer& observed);
    [[nodiscard]] OpenedLayers open_listed(const Instance& instance,
                                           const std::optional<MountRecord>& record);
    [[nodiscard]] OpenedLayers open_recorded(const MountRecord& record);
    void measure(StackLayer& layer, int fd);

    const HostTree& m_tree;
    const HostConfiguration& m_configuration;
    const KnownUsers& m_users;
    bool m_live;
    bool m_measured;
    bool m_sees_records = true;
    FileDescriptor m_root;
    /// Why it is not open.
    std::string m_root_problem;
    std::optional<MountRecords> m_state;
    std::string m_mount_table;
    ExpectedMounts m_expected_mounts;
    /// By device and inode; nothing for one that may not be read.
    std::map<std::pair<std::uint64_t, std::uint64_t>, std::optional<UpperSize>> m_sizes;
};

} // namespace left4me::ctl
