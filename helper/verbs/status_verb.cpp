#include "generator/host/host_tree.hpp"
#include "generator/host/instance_files.hpp"
#include "generator/host/local_time.hpp"
#include "generator/host/open_beneath.hpp"
#include "generator/host/system_error.hpp"
#include "generator/host/tree_walk.hpp"
#include "generator/overlay/instance_directories.hpp"
#include "generator/overlay/instance_status.hpp"
#include "generator/overlay/layer_opener.hpp"
#include "generator/overlay/merged_mount.hpp"
#include "generator/overlay/mount_objections.hpp"
#include "generator/overlay/mount_record_files.hpp"
#include "generator/overlay/mount_survey.hpp"
#include "generator/overlay/mount_table.hpp"
#include "generator/overlay/upper_preflight.hpp"
#include "generator/overlay/upper_usage.hpp"
#include "generator/text/exit_status.hpp"
#include "generator/text/fields.hpp"
#include "helper/verbs/host_context.hpp"
#include "helper/verbs/overlay_verbs.hpp"
#include "helper/verbs/usable_instance.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <functional>
#include <optional>
#include <set>
#include <string_view>

namespace left4me {

namespace {

/// \return nothing when there is none
std::optional<UpperSize> measure(int parent, const std::string& path) {
    const FileDescriptor upper =
        checked(open_beneath(parent, "upper", O_PATH | O_DIRECTORY), "openat2", path, {ENOENT});
    return upper ? std::optional(measure_upper(upper.get(), path)) : std::nullopt;
}

/// What can change from one moment to the next: it has to be of one.
struct Moment {
    std::optional<MergedMount> mount;
    std::optional<MountRecord> record;
    bool locked = false;

    /// Whether nothing tells of a mount or umount that came in between: every mount has its record
    /// and every record its mount.
    [[nodiscard]] bool is_settled() const {
        if (!mount || !mount->is_ours())
            return !mount && !record;
        return record && record->mount_id == mount->mount_id;
    }
};

/// One look at instances, with one mount table for all of them.
class StatusSurvey {
  public:
    StatusSurvey()
        : m_tree("/"), m_configuration(load_host_configuration(m_tree)),
          m_files(m_tree, m_configuration, m_configuration.instance_directories),
          m_state(MountRecords::open()), m_recorded(m_state.recorded_instances()),
          m_mount_table(read_mount_table()),
          m_root(open_state_root(m_tree, m_configuration, {ENOENT})) {}

    StatusReport report(const std::vector<std::string>& names, bool json) {
        std::set<std::string> chosen(names.begin(), names.end());
        if (names.empty())
            chosen = find_names();
        std::vector<InstanceStatus> instances;
        for (const std::string& name : chosen) {
            if (auto found = observe(name))
                instances.push_back(judge_instance(*std::move(found)));
            else if (!names.empty())
                complain(
                    ExitStatus::no_such_instance,
                    fmt::format("{}: {}", name, no_such_instance(name, m_configuration).what()));
        }
        m_report.text = json ? to_json(instances) : describe_all(instances);
        return std::move(m_report);
    }

  private:
    std::set<std::string> find_names() {
        InstanceListing listing = m_files.list();
        for (const Diagnostic& diagnostic : listing.diagnostics)
            if (diagnostic.severity == Severity::error)
                complain(ExitStatus::system_call_failed, to_string(diagnostic));
        std::set<std::string> names = m_recorded;
        names.insert(listing.names.begin(), listing.names.end());
        names.merge(find_overlay_instances(m_mount_table));
        return names;
    }

    void complain(ExitStatus status, std::string problem) {
        m_report.problems.push_back(std::move(problem));
        m_report.exit_status = status;
    }

    /// \return nothing when nothing is known of it
    std::optional<InstanceObservation> observe(const std::string& name) {
        InstanceObservation found;
        found.name = name;
        found.directory = m_configuration.runtime_directory(name);

        FileDescriptor parent;
        note_problems(found, [&] {
            if (m_root)
                parent = open_instance_directory(m_root.get(), name, found.directory);
            Moment moment = look_at(name, parent.get(), found.directory);
            found.busy = moment.locked;
            found.mount = std::move(moment.mount);
            found.record = std::move(moment.record);
        });
        if (parent)
            note_problems(found,
                          [&] { found.upper = measure(parent.get(), found.directory + "/upper"); });
        note_problems(found, [&] { observe_configuration(found); });
        if (!found.configuration && !found.mount && !found.busy && !m_recorded.contains(name))
            return std::nullopt;
        if (found.record)
            found.mounted_at = local_time(found.record->mounted_at);
        return found;
    }

    /// A failure that is about one instance keeps nobody from seeing the others.
    static void note_problems(InstanceObservation& found, const std::function<void()>& look) {
        try {
            look();
        } catch (const Refusal& failure) {
            for (std::string& line : split(failure.what(), '\n'))
                found.problems.push_back(std::move(line));
        } catch (const SystemError& error) {
            if (is_shortage(error.error()))
                throw;
            found.problems.push_back(explain(error));
        }
    }

    /// The lock is asked last: whoever was at work before has left a record by then, and whoever
    /// was not done holds it.
    Moment look_at(const std::string& name, int parent, const std::string& path) {
        constexpr int most_looks = 3;
        Moment moment = look_once(name, parent, path, m_mount_table);
        for (int looks = 1; looks < most_looks && !moment.locked && !moment.is_settled(); ++looks)
            moment = look_once(name, parent, path, read_mount_table());
        return moment;
    }

    [[nodiscard]] Moment look_once(const std::string& name, int parent, const std::string& path,
                                   std::string_view mount_table) const {
        Moment moment;
        if (parent >= 0) {
            MergedMount merged = inspect_merged(parent, name, path, mount_table);
            if (merged.state != MergedMount::State::nothing)
                moment.mount = std::move(merged);
        }
        moment.record = m_state.read_record(name);
        moment.locked = m_state.is_locked(name);
        return moment;
    }

    void observe_configuration(InstanceObservation& found) {
        auto reading = m_files.read(found.name);
        if (!reading)
            return;
        found.configuration = ObservedConfiguration{reading->source, std::nullopt};
        if (reading->instance)
            found.configuration->fingerprint = reading->instance->fingerprint;
        for (const Diagnostic& diagnostic : reading->diagnostics)
            if (diagnostic.severity == Severity::warning)
                found.warnings.push_back(to_string(diagnostic));
        survey(found, require_usable(*std::move(reading), m_configuration));
    }

    /// All that a mount would refuse, and what it would do if there is nothing.
    void survey(InstanceObservation& found, const Instance& instance) {
        SurveyRules rules = stop_at_first_refusal();
        rules.attempt = [&found](MountAspect, const std::string&,
                                 const std::function<void()>& look) { note_problems(found, look); };
        rules.mount_table = m_mount_table;
        const std::size_t before = found.problems.size();
        MountSurvey survey(m_tree, m_configuration, std::move(rules));
        InstanceSurvey surveyed = survey.survey(instance);
        const bool on_this_upper = found.mount && found.mount->is_ours() && found.record &&
                                   found.record->plan.upper == surveyed.plan.upper;
        if (!on_this_upper) {
            std::size_t entries_left = most_entries;
            const auto contents = survey.survey_contents(surveyed, entries_left);
            if (contents && contents->is_cut_short)
                note_problems(found, [&] { refuse_large_upper(surveyed.plan.directory); });
        }
        if (found.problems.size() != before)
            return;
        surveyed.plan.way = choose_way(m_configuration, survey.root());
        found.plan = std::move(surveyed.plan);
    }

    static std::string describe_all(const std::vector<InstanceStatus>& instances) {
        std::string text;
        for (const InstanceStatus& status : instances)
            text += (text.empty() ? "" : "\n") + describe(status);
        return text;
    }

    HostTree m_tree;
    HostConfiguration m_configuration;
    InstanceFiles m_files;
    MountRecords m_state;
    std::set<std::string> m_recorded;
    std::string m_mount_table;
    /// Empty when there is no state root yet.
    FileDescriptor m_root;
    StatusReport m_report{{}, {}, ExitStatus::done};
};

} // namespace

StatusReport report_status(const std::vector<std::string>& names, bool json) {
    require_mount_namespace("status", fmt::format("{}", fmt::join(names, " ")));
    return StatusSurvey().report(names, json);
}

} // namespace left4me
