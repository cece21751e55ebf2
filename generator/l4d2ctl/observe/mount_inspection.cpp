#include "l4d2ctl/observe/mount_inspection.hpp"

#include "host/mount_search.hpp"
#include "host/system_error.hpp"
#include "kernel/instance_directories.hpp"
#include "kernel/server_program.hpp"
#include "kernel/upper_preflight.hpp"
#include "l4d2ctl/observe/confinement.hpp"
#include "l4d2ctl/observe/host_users.hpp"
#include "plan/exit_status.hpp"
#include "plan/mount_objections.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace left4me::ctl {

namespace {

/// In all layers and uppers together: some seconds.
constexpr std::size_t most_entries_in_all = 1'000'000;

} // namespace

Finding MountInspection::Place::finding(Severity severity, const Objection& objection) const {
    return {kind, {severity, file, line, objection.problem, objection.remedy}, instance};
}

MountInspection::MountInspection(const HostTree& tree, const HostConfiguration& configuration,
                                 bool live)
    : m_tree(tree), m_configuration(configuration), m_live(live),
      m_reads_marks(may_read_overlay_marks()), m_entries_left(most_entries_in_all) {
    open_root();
    if (m_root)
        find_users();
}

std::string MountInspection::refusal_of(const Instance& instance) {
    const Findings findings = inspect(instance);
    const auto refusal = std::ranges::find_if(findings, [](const Finding& finding) {
        return finding.diagnostic.severity == Severity::error;
    });
    return refusal == findings.end() ? "" : to_string(*refusal);
}

void MountInspection::open_root() {
    const std::string& path = m_configuration.root;
    attempt({FindingKind::runtime, path, 0, {}}, path, m_of_host, [&] {
        if (is_behind_automount(path))
            return;
        try {
            m_root = open_state_root(m_tree, m_configuration);
        } catch (const SystemError& error) {
            if (error.error() == ENOENT)
                return note(
                    fmt::format("there is no {} here, so layers and users are not judged", path));
            if (error.error() != ENOTDIR)
                throw;
            throw VerbFailure(ExitStatus::refused,
                              Objection{"not a directory", "put a directory there"});
        }
    });
}

void MountInspection::find_users() {
    constexpr const char* database = "/etc/passwd";
    if (!m_live && !m_tree.open(database, O_PATH) && errno == ENOENT)
        return note(fmt::format("there is no {} here, so users are not judged, and neither is "
                                "what they may read",
                                database));
    const auto runtime = find_user("RuntimeUser", m_configuration.runtime_user);
    const auto sandbox = find_user("SandboxUser", m_configuration.sandbox_user);
    if (!runtime || !sandbox)
        return;
    if (const auto objection = objection_to_users(m_configuration, *runtime, *sandbox))
        m_of_host.push_back(
            Place{FindingKind::user, {}, 0, {}}.finding(Severity::error, *objection));
    else
        m_users = {*runtime, *sandbox};
}

std::optional<UserIds> MountInspection::find_user(const char* key, const std::string& user) {
    std::optional<UserIds> ids;
    attempt({FindingKind::user, {}, 0, {}}, user, m_of_host, [&] {
        ids = HostUsers(m_tree, m_live).find(user);
        if (auto objection = objection_to_user(key, user, ids)) {
            ids.reset();
            throw VerbFailure(ExitStatus::bad_configuration, *std::move(objection));
        }
    });
    return ids;
}

Findings MountInspection::inspect(const Instance& instance) {
    Findings findings;
    if (!m_root)
        return findings;
    inspect_mount_points(instance, findings);
    const Stack stack = open_stack(instance, findings);
    inspect_stack(instance, stack, findings);
    return findings;
}

void MountInspection::inspect_mount_points(const Instance& instance, Findings& findings) {
    if (!m_live)
        return;
    const std::string directory = m_configuration.runtime_directory(instance.name);
    attempt({FindingKind::mount, instance.source, 0, instance.name}, directory, findings, [&] {
        if (const auto missing = m_mounts.find_missing(directory))
            throw VerbFailure(ExitStatus::refused, objection_to_directory(directory, *missing));
    });
}

MountInspection::Stack MountInspection::open_stack(const Instance& instance, Findings& findings) {
    Stack stack;
    for (const std::string& path : instance.layers) {
        Place place = {FindingKind::layer, instance.source, instance.layers_line, instance.name};
        attempt(place, path, findings, [&] {
            if (const auto missing = m_live ? m_mounts.find_missing(path) : std::nullopt) {
                place.kind = FindingKind::mount;
                throw VerbFailure(ExitStatus::refused, objection_to_layer(path, *missing));
            }
            // One at a time: the helper ends at the first that it refuses.
            if (is_behind_automount(path))
                return;
            Instance with_one = instance;
            with_one.layers = {path};
            std::ranges::move(open_layers(m_tree, m_root.get(), with_one, m_configuration),
                              std::back_inserter(stack.layers));
        });
    }
    stack.whole = stack.layers.size() == instance.layers.size();
    return stack;
}

void MountInspection::inspect_stack(const Instance& instance, const Stack& stack,
                                    Findings& findings) {
    const std::string directory = m_configuration.runtime_directory(instance.name);
    const Place of_layers = {FindingKind::layer, instance.source, instance.layers_line,
                             instance.name};
    std::vector<ObservedLayer> observed;
    for (const OpenLayer& layer : stack.layers)
        observed.push_back(layer.layer);
    attempt(of_layers, directory, findings, [&] {
        if (auto objection =
                objection_to_plan(plan_mount(instance, m_configuration, observed, {}, {})))
            throw VerbFailure(ExitStatus::refused, *std::move(objection));
    });
    if (!m_users)
        return;

    Place of_files = of_layers;
    of_files.kind = FindingKind::permission;
    bool seen = stack.whole;
    for (const OpenLayer& layer : stack.layers)
        seen = inspect_files(layer, of_files, findings) && seen;

    InstanceDirectories directories;
    bool opened = false;
    const Place of_server = {FindingKind::runtime, instance.source, 0, instance.name};
    attempt(of_server, directory, findings, [&] {
        if (is_behind_automount(directory))
            return;
        directories =
            inspect_instance_directories(m_root.get(), instance.name, directory, m_users->runtime);
        opened = true;
    });
    attempt(of_server, directory, findings, [&] {
        if (m_reads_marks && !inspect_contents(directories, directory, m_entries_left))
            note(fmt::format("the upper of {} has more files than are looked at: whether another "
                             "overlay has left something in it is not known",
                             instance.name));
    });
    attempt(of_layers, directory, findings,
            [&] { check_outside_layers(directories, stack.layers, directory); });
    // In what was not looked at there may be what the others lack.
    if (opened && seen)
        inspect_game(of_files, stack.layers, directories.upper.get(), directory + "/upper",
                     findings);
}

bool MountInspection::inspect_files(const OpenLayer& layer, const Place& place,
                                    Findings& findings) {
    const ObservedLayer& found = layer.layer;
    bool seen = false;
    attempt(place, found.path, findings, [&] {
        const auto [known, is_new] =
            m_access.try_emplace(std::pair(found.device, found.inode), LayerAccess{});
        LayerAccess& access = known->second;
        if (is_new) {
            access = look_through_layer(layer, sight_of(layer), m_entries_left);
            m_entries_left -= std::min(m_entries_left, access.entries);
            if (access.hidden)
                note(fmt::format("only root can see all of the layer {}: run it as root",
                                 printable(found.path)));
            if (access.cut_short)
                note(fmt::format("the layer {} has more files than are looked at: whether {} may "
                                 "read all of them is not known",
                                 printable(found.path), m_configuration.runtime_user));
        }
        seen = !access.hidden;
        if (access.unreadable.count > 0)
            findings.push_back(place.finding(
                Severity::warning, objection_to_unreadable(access.unreadable, found.path,
                                                           m_configuration.runtime_user)));
    });
    return seen;
}

void MountInspection::inspect_game(const Place& place, const std::vector<OpenLayer>& layers,
                                   int upper, const std::string& upper_path, Findings& findings) {
    Place of_server = place;
    of_server.kind = FindingKind::server;
    attempt(of_server, "srcds_run", findings, [&] {
        if (const auto objection =
                objection_to_server(find_server_program(upper, upper_path, layers)))
            findings.push_back(of_server.finding(Severity::error, *objection));
    });
    attempt(place, "left4dead2", findings, [&] {
        if (const auto objection = objection_to_game(layers, upper, upper_path))
            findings.push_back(place.finding(Severity::warning, *objection));
    });
}

std::optional<Objection> MountInspection::objection_to_game(const std::vector<OpenLayer>& layers,
                                                            int upper,
                                                            const std::string& upper_path) const {
    const std::string& user = m_configuration.runtime_user;
    if (upper >= 0)
        if (const auto writable = may_write_to_game(
                upper, upper_path, sight_of_layer(false, m_users->runtime, m_users->sandbox)))
            return *writable ? std::nullopt
                             : std::optional(objection_to_unwritable(upper_path, user, user));
    for (const OpenLayer& layer : layers)
        if (const auto writable =
                may_write_to_game(layer.fd.get(), layer.layer.path, sight_of(layer)))
            return *writable ? std::nullopt
                             : std::optional(objection_to_unwritable(
                                   layer.layer.path, user,
                                   is_of_sandbox(layer) ? m_configuration.sandbox_user : user));
    return std::nullopt;
}

bool MountInspection::is_of_sandbox(const OpenLayer& layer) const {
    return layer.layer.owner == m_users->sandbox.uid;
}

LayerSight MountInspection::sight_of(const OpenLayer& layer) const {
    return sight_of_layer(is_of_sandbox(layer), m_users->runtime, m_users->sandbox);
}

bool MountInspection::is_behind_automount(const std::string& path) {
    if (!m_live || !search_mounts(m_tree, path).behind_automount)
        return false;
    note(fmt::format("{} is behind an automounter, which is left alone: it is not looked at",
                     printable(path)));
    return true;
}

void MountInspection::attempt(const Place& place, const std::string& what, Findings& findings,
                              const std::function<void()>& action) {
    try {
        action();
    } catch (const VerbFailure& failure) {
        findings.push_back(place.finding(Severity::error, failure.objection()));
    } catch (const SystemError& error) {
        if (is_shortage(error.error()))
            throw;
        if (error.error() == EACCES && ::geteuid() != 0)
            note(fmt::format("only root can see what is wrong with {}, if anything: run it as "
                             "root",
                             printable(what)));
        else
            findings.push_back(place.finding(Severity::error, {error.what(), {}}));
    }
}

void MountInspection::note(std::string text) {
    if (std::ranges::find(m_notes, text) == m_notes.end())
        m_notes.push_back(std::move(text));
}

} // namespace left4me::ctl
