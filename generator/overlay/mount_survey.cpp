#include "generator/overlay/mount_survey.hpp"

#include "generator/overlay/mount_objections.hpp"
#include "generator/overlay/work_preflight.hpp"
#include "generator/text/refusal.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace left4me {

namespace {

/// To be remembered: more than hosts have, and some megabytes.
constexpr std::size_t most_refused_layers = 10'000;

std::optional<DirectoryIdentity> identify(const FileDescriptor& directory,
                                          const std::string& path) {
    if (!directory)
        return std::nullopt;
    return identify_directory(directory.get(), path);
}

} // namespace

void refuse_foreign(const MergedMount& merged, const std::string& path) {
    refuse({fmt::format("{}/merged holds a mount that is not this instance's ({})", path,
                        merged.description),
            "unmount it yourself if you do not need it"});
}

MountSurvey::MountSurvey(const HostTree& tree, const HostConfiguration& configuration,
                         SurveyRules rules)
    : m_tree(tree), m_configuration(configuration), m_rules(std::move(rules)) {
    m_users = find_mount_users(m_configuration, m_rules.find_user,
                               [this](const std::string& user, const std::function<void()>& look) {
                                   m_rules.attempt(MountAspect::user, user, look);
                               });
}

void MountSurvey::open_root() {
    m_tried_root = true;
    m_rules.attempt(MountAspect::state_root, m_configuration.root, [&] {
        if (!m_rules.is_left_alone(m_configuration.root))
            m_root = open_state_root(m_tree, m_configuration);
    });
    if (!m_rules.is_live)
        return;
    const std::string runtime = m_configuration.root + "/runtime";
    m_rules.attempt(MountAspect::state_root, runtime,
                    [&] { refuse_if(objection_to_runtime(list_mounts(mount_table()), runtime)); });
}

const std::string& MountSurvey::mount_table() {
    if (!m_rules.mount_table)
        m_rules.mount_table = read_mount_table();
    return *m_rules.mount_table;
}

InstanceSurvey MountSurvey::survey(const Instance& instance) {
    InstanceSurvey found;
    const std::string runtime = m_configuration.runtime_directory(instance.name);
    found.plan.instance = instance.name;
    found.plan.directory = runtime;
    // A directory below a mount that has failed: the file system would hide what the server writes
    // once it is mounted.
    if (m_rules.is_live)
        m_rules.attempt(MountAspect::runtime_mount, runtime, [&] {
            if (const auto missing = m_mounts.find_missing(runtime))
                refuse(objection_to_directory(runtime, *missing));
        });
    if (!m_tried_root)
        open_root();
    if (!m_root)
        return found;
    open_layers_of(instance, found);
    if (m_users)
        look_at_directories(found);
    return found;
}

void MountSurvey::open_layers_of(const Instance& instance, InstanceSurvey& found) {
    // Of a layer on a file system that is not mounted, the mount point would be taken.
    std::vector<std::string> missing_layers;
    for (const std::string& path : instance.layers)
        if (m_rules.is_live)
            m_rules.attempt(MountAspect::layer_mount, path, [&] {
                if (const auto missing = m_mounts.find_missing(path)) {
                    missing_layers.push_back(path);
                    throw Refusal(Refused::policy, error_at(instance.source, instance.layers_line,
                                                            objection_to_layer(path, *missing)));
                }
            });
    LayerOpener opener(m_tree, m_root.get(), instance, m_configuration);
    std::vector<ObservedLayer> observed;
    for (const std::string& path : instance.layers) {
        if (std::ranges::find(missing_layers, path) != missing_layers.end())
            continue;
        m_rules.attempt(MountAspect::layer, path, [&] {
            if (m_rules.is_left_alone(path))
                return;
            found.layers.push_back(open_layer(opener, path, instance));
            observed.push_back(found.layers.back().layer);
        });
    }
    found.has_all_layers = found.layers.size() == instance.layers.size();
    found.plan = plan_mount(instance, m_configuration, observed, m_users.value_or(MountUsers{}));
    for (std::size_t i = 0; i < found.layers.size(); ++i)
        if (m_users && found.plan.layers[i].idmapped)
            m_rules.attempt(MountAspect::layer, found.plan.layers[i].path, [&] {
                require_idmappable(found.layers[i].fd.get(), found.plan.layers[i].path);
            });
    m_rules.attempt(MountAspect::layer, found.plan.directory,
                    [&] { refuse_if(objection_to_plan(found.plan)); });
}

OpenLayer MountSurvey::open_layer(LayerOpener& opener, const std::string& path,
                                  const Instance& instance) {
    if (const auto known = m_refused_layers.find(path); known != m_refused_layers.end())
        throw Refusal(Refused::policy,
                      error_at(instance.source, instance.layers_line, known->second));
    try {
        return opener.open(path);
    } catch (const Refusal& refusal) {
        if (m_refused_layers.size() < most_refused_layers)
            m_refused_layers.emplace(path, refusal.complaint());
        throw;
    }
}

void MountSurvey::look_at_directories(InstanceSurvey& found) {
    MountPlan& plan = found.plan;
    m_rules.attempt(MountAspect::runtime, plan.directory, [&] {
        if (m_rules.is_left_alone(plan.directory))
            return;
        found.directories =
            inspect_instance_directories(m_root.get(), plan.instance, plan.directory,
                                         {m_configuration.runtime_user, m_users->runtime});
        found.has_directories = true;
        plan.upper = identify(found.directories.upper, plan.directory + "/upper");
        plan.work = identify(found.directories.work, plan.directory + "/work");
    });
    if (!m_rules.is_live || !found.directories.parent)
        return;
    m_rules.attempt(MountAspect::runtime, plan.directory, [&] {
        const int parent = found.directories.parent.get();
        found.merged = inspect_merged(parent, plan.instance, plan.directory, mount_table());
        if (found.merged.state == MergedMount::State::foreign)
            refuse_foreign(found.merged, plan.directory);
    });
}

std::optional<UpperInspection> MountSurvey::survey_contents(const InstanceSurvey& found,
                                                            std::size_t& entries_left) const {
    std::optional<UpperInspection> upper;
    const std::string& directory = found.plan.directory;
    m_rules.attempt(MountAspect::layer, directory,
                    [&] { check_outside_layers(found.directories, found.layers, directory); });
    m_rules.attempt(MountAspect::runtime, directory, [&] {
        if (m_rules.looks_into_uppers)
            upper = inspect_contents(found.directories, directory, entries_left);
    });
    m_rules.attempt(MountAspect::runtime, directory,
                    [&] { check_work(found.directories, directory); });
    return upper;
}

} // namespace left4me
