#include "generator/l4d2ctl/observe/layer_stacks.hpp"

#include "generator/host/file_status.hpp"
#include "generator/host/open_beneath.hpp"
#include "generator/host/system_error.hpp"
#include "generator/overlay/instance_directories.hpp"
#include "generator/overlay/layer_opener.hpp"
#include "generator/overlay/merged_mount.hpp"
#include "generator/overlay/mount_objections.hpp"
#include "generator/overlay/plan_differences.hpp"
#include "generator/overlay/upper_usage.hpp"
#include "generator/text/diagnostic.hpp"
#include "generator/text/refusal.hpp"

#include <cerrno>
#include <fcntl.h>
#include <functional>
#include <limits>
#include <sys/stat.h>

namespace left4me::ctl {

namespace {

/// What is wrong with one directory keeps nobody from seeing the others.
///
/// \return why `look` failed; empty when it did not
/// \throw SystemError when the system is short of something
std::string problem_of(const std::function<void()>& look) {
    try {
        look();
    } catch (const Refusal& failure) {
        return failure.what();
    } catch (const SystemError& error) {
        if (is_shortage(error.error()))
            throw;
        return error.what();
    }
    return {};
}

/// Nobody has it (chown(2)).
constexpr std::uint32_t no_id = std::numeric_limits<std::uint32_t>::max();

/// Those that nobody has, for a user that does not exist.
UserIds ids_of(const KnownUser& user) {
    return user.ids.value_or(UserIds{no_id, no_id});
}

} // namespace

LayerStacks::LayerStacks(const HostTree& tree, const HostConfiguration& configuration,
                         const KnownUsers& users, bool live, bool measured)
    : m_tree(tree), m_configuration(configuration), m_users(users), m_live(live),
      m_measured(measured) {
    m_root_problem = problem_of([this] { m_root = open_state_root(m_tree, m_configuration); });
    if (!m_live)
        return;
    m_mount_table = read_mount_table();
    m_sees_records = problem_of([this] { m_state.emplace(MountRecords::open()); }).empty();
}

OpenStack LayerStacks::open(const Instance& instance) {
    auto [stack, record, upper, work, read_only] = begin(instance.name);
    OpenedLayers listed = open_listed(instance, record);
    stack.found.layers = std::move(listed.found);
    stack.layers = std::move(listed.open);
    if (!record)
        return std::move(stack);
    listed.plan.upper = upper;
    listed.plan.work = work;
    for (const PlanDifference& difference : find_differences(record->plan, listed.plan, read_only))
        stack.found.differences.push_back(difference.text);
    if (!stack.found.differences.empty()) {
        OpenedLayers mounted = open_recorded(*record);
        stack.found.mounted_layers = std::move(mounted.found);
        stack.layers = std::move(mounted.open);
    }
    return std::move(stack);
}

std::optional<OpenStack> LayerStacks::open_mounted(const std::string& name) {
    auto [stack, record, upper, work, read_only] = begin(name);
    if (!record)
        return std::nullopt;
    OpenedLayers mounted = open_recorded(*record);
    stack.found.retired = true;
    stack.found.layers = std::move(mounted.found);
    stack.layers = std::move(mounted.open);
    return std::move(stack);
}

LayerStacks::Beginning LayerStacks::begin(const std::string& name) {
    Beginning beginning;
    LayerStack& found = beginning.stack.found;
    OpenStackLayer& upper = beginning.stack.upper;
    found.name = name;
    found.directory = m_configuration.runtime_directory(name);
    found.upper.path = found.directory + "/upper";
    upper.path = found.upper.path;
    if (!m_root)
        return beginning;
    found.upper.problem = problem_of([&] {
        const FileDescriptor parent = open_instance_directory(m_root.get(), name, found.directory);
        if (m_live)
            beginning.record = look_at_mount(found, parent.get(), beginning.read_only);
        if (!parent)
            return;
        if (const FileDescriptor work = open_beneath(parent.get(), "work", O_PATH | O_DIRECTORY))
            beginning.work = identify_directory(work.get(), found.directory + "/work");
        upper.fd = checked(open_beneath(parent.get(), "upper", O_PATH | O_DIRECTORY), "openat2",
                           upper.path, {ENOENT});
        found.has_upper = static_cast<bool>(upper.fd);
        if (!upper.fd)
            return;
        const struct stat status = status_of(upper.fd.get(), upper.path);
        found.upper.owner = status.st_uid;
        beginning.upper = {status.st_dev, status.st_ino};
    });
    measure(found.upper, upper.fd.get());
    return beginning;
}

/// \param parent  runtime/NAME, or -1 when there is none
/// \return the record of what is mounted
std::optional<MountRecord> LayerStacks::look_at_mount(LayerStack& found, int parent,
                                                      bool& read_only) const {
    found.merged = MergedState::not_mounted;
    if (parent < 0)
        return std::nullopt;
    const MergedMount merged = inspect_merged(parent, found.name, found.directory, m_mount_table);
    if (merged.state == MergedMount::State::foreign)
        found.merged = MergedState::foreign;
    if (merged.state != MergedMount::State::ours)
        return std::nullopt;
    found.merged = MergedState::mounted;
    read_only = merged.read_only;
    std::optional<MountRecord> record = m_state ? m_state->read_record(found.name) : std::nullopt;
    if (!record || record->mount_id != merged.mount_id || record->plan.instance != found.name)
        return std::nullopt;
    found.mounted_at = record->mounted_at;
    return record;
}

FileDescriptor LayerStacks::open_layer(const Instance& instance, StackLayer& found,
                                       ObservedLayer& observed) {
    FileDescriptor fd;
    found.problem = m_root_problem;
    if (!m_root)
        return fd;
    found.problem = problem_of([&] {
        // A layer would be empty, and that would be all there is to see of it.
        if (const auto missing =
                m_live ? m_expected_mounts.find_missing(found.path) : std::nullopt) {
            const Complaint objection = objection_to_layer(found.path, *missing);
            throw Refusal(Refused::policy,
                          error_at(instance.source, instance.layers_line, objection));
        }
        OpenLayer opened =
            LayerOpener(m_tree, m_root.get(), instance, m_configuration).open(found.path);
        observed = opened.layer;
        found.owner = observed.owner;
        fd = std::move(opened.fd);
    });
    measure(found, fd.get());
    return fd;
}

LayerStacks::OpenedLayers LayerStacks::open_listed(const Instance& instance,
                                                   const std::optional<MountRecord>& record) {
    OpenedLayers opened;
    std::vector<ObservedLayer> observed;
    for (const std::string& path : instance.layers) {
        StackLayer& found = opened.found.emplace_back();
        found.path = path;
        ObservedLayer& seen = observed.emplace_back();
        // What is no directory shall not be taken for the same as another.
        seen = {path, no_id, 0, observed.size()};
        opened.open.push_back({path, false, open_layer(instance, found, seen)});
    }
    opened.plan = plan_mount(instance, m_configuration, observed,
                             {ids_of(m_users.runtime), ids_of(m_users.sandbox)});
    for (std::size_t i = 0; i < opened.open.size(); ++i) {
        PlannedLayer& planned = opened.plan.layers[i];
        if (opened.open[i].fd) {
            opened.open[i].idmapped = opened.found[i].idmapped = planned.idmapped;
            continue;
        }
        planned.idmapped = false;
        // That it cannot be looked at is all there is to say of it.
        if (record)
            for (const PlannedLayer& mounted : record->plan.layers)
                if (mounted.path == planned.path)
                    planned = mounted;
    }
    return opened;
}

LayerStacks::OpenedLayers LayerStacks::open_recorded(const MountRecord& record) {
    OpenedLayers opened;
    Instance instance;
    instance.name = record.plan.instance;
    instance.source = record.configuration;
    for (const PlannedLayer& mounted : record.plan.layers) {
        StackLayer& found = opened.found.emplace_back();
        found.path = mounted.path;
        found.idmapped = mounted.idmapped;
        ObservedLayer observed = {};
        FileDescriptor fd = open_layer(instance, found, observed);
        if (fd && (observed.device != mounted.device || observed.inode != mounted.inode)) {
            found.problem = "another directory has its place now than the one mounted";
            fd.reset();
        }
        opened.open.push_back({mounted.path, mounted.idmapped, std::move(fd)});
    }
    return opened;
}

void LayerStacks::measure(StackLayer& layer, int fd) {
    if (!m_measured || fd < 0)
        return;
    const struct stat status = status_of(fd, layer.path);
    const auto [place, added] = m_sizes.try_emplace({status.st_dev, status.st_ino});
    std::optional<UpperSize>& size = place->second;
    if (added)
        static_cast<void>(problem_of([&] { size = measure_upper(fd, layer.path); }));
    layer.size = size;
}

} // namespace left4me::ctl
