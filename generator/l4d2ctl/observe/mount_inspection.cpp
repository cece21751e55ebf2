#include "generator/l4d2ctl/observe/mount_inspection.hpp"

#include "generator/host/mount_search.hpp"
#include "generator/host/system_error.hpp"
#include "generator/l4d2ctl/observe/confinement.hpp"
#include "generator/l4d2ctl/observe/host_users.hpp"
#include "generator/overlay/free_space.hpp"
#include "generator/overlay/mount_objections.hpp"
#include "generator/overlay/mount_table.hpp"
#include "generator/overlay/plan_differences.hpp"
#include "generator/text/enum_words.hpp"
#include "generator/text/refusal.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace left4me::ctl {

namespace {

/// In all layers and uppers together: some seconds.
constexpr std::size_t most_entries_in_all = 1'000'000;

constexpr const char* user_database = "/etc/passwd";

constexpr EnumWords<MountAspect, FindingKind> kinds_of = {
    {MountAspect::user, FindingKind::user},
    {MountAspect::state_root, FindingKind::runtime},
    {MountAspect::runtime_mount, FindingKind::mount},
    {MountAspect::layer_mount, FindingKind::mount},
    {MountAspect::layer, FindingKind::layer},
    {MountAspect::runtime, FindingKind::runtime},
};

} // namespace

MountInspection::MountInspection(const HostTree& tree, const HostConfiguration& configuration,
                                 bool live)
    : m_tree(tree), m_configuration(configuration), m_live(live),
      m_records(live ? MountRecords::open_if_permitted() : std::nullopt),
      m_entries_left(most_entries_in_all),
      m_files(tree, configuration, file_report(), m_entries_left) {
    m_survey.emplace(m_tree, m_configuration, rules());
    m_survey->open_root();
    if (live && ::geteuid() == 0 && !may_read_overlay_marks())
        note("uppers are not looked into for what another overlay may have left: " +
             how_to_read_overlay_marks());
    const std::string runtime = configuration.root + "/runtime";
    if (live)
        if (const auto objection =
                objection_to_runtime_options(list_mounts(m_survey->mount_table()), runtime))
            m_of_host.push_back({FindingKind::runtime, warning_at(runtime, 0, *objection), {}});
    if (m_survey->root() >= 0 && !has_users())
        note(fmt::format("there is no {} here, so users are not judged, and neither is what they "
                         "may read",
                         user_database));
    if (m_survey->root() < 0)
        std::erase_if(m_of_host,
                      [](const Finding& finding) { return finding.kind == FindingKind::user; });
}

/// A tree may be without.
bool MountInspection::has_users() const {
    return m_live || m_tree.open(user_database, O_PATH) || errno != ENOENT;
}

SurveyRules MountInspection::rules() {
    SurveyRules rules;
    rules.is_live = m_live;
    if (m_live)
        rules.mount_table = read_mount_table();
    rules.looks_into_uppers = may_read_overlay_marks();
    rules.find_user = [this](const std::string& user) {
        return find_host_user(m_tree, m_live, user);
    };
    rules.is_left_alone = [this](const std::string& path) { return is_behind_automount(path); };
    rules.attempt = [this](MountAspect aspect, const std::string& about,
                           const std::function<void()>& look) {
        if (aspect == MountAspect::user && !has_users())
            return;
        attempt(place_of(aspect), about, [&] {
            if (aspect == MountAspect::state_root)
                look_at_root(look);
            else
                look();
        });
    };
    return rules;
}

Finding MountInspection::place_of(MountAspect aspect) const {
    Finding place = {kinds_of[aspect], error_at({}, 0, {}), {}};
    if (aspect == MountAspect::state_root)
        place.diagnostic.file = m_configuration.root;
    if (aspect == MountAspect::user || aspect == MountAspect::state_root)
        return place;
    place.instance = m_subject->name;
    place.diagnostic.file = m_subject->source;
    if (aspect == MountAspect::layer || aspect == MountAspect::layer_mount)
        place.diagnostic.line = m_subject->layers_line;
    return place;
}

void MountInspection::add(Finding place, Severity severity, Complaint complaint) {
    place.diagnostic.severity = severity;
    place.diagnostic.complaint = std::move(complaint);
    (m_subject == nullptr ? m_of_host : m_findings).push_back(std::move(place));
}

void MountInspection::look_at_root(const std::function<void()>& look) {
    try {
        look();
    } catch (const SystemError& error) {
        if (error.error() == ENOENT)
            return note(fmt::format("there is no {} here, so layers and users are not judged",
                                    m_configuration.root));
        if (error.error() != ENOTDIR)
            throw;
        refuse({"not a directory", "put a directory there"});
    }
}

std::string MountInspection::refusal_of(const Instance& instance) {
    const Findings findings = refusals_of(instance);
    return findings.empty() ? "" : to_string(findings.front());
}

Findings MountInspection::inspect(const Instance& instance) {
    return look_at(instance, true);
}

Findings MountInspection::refusals_of(const Instance& instance) {
    Findings findings = look_at(instance, false);
    std::erase_if(findings, [](const Finding& finding) {
        return finding.diagnostic.severity != Severity::error;
    });
    return findings;
}

Findings MountInspection::look_at(const Instance& instance, bool at_files) {
    m_findings.clear();
    m_subject = &instance;
    if (m_survey->root() >= 0) {
        InstanceSurvey found = m_survey->survey(instance);
        if (const auto full = objection_to_full_upper(found.directories.upper.get(),
                                                      found.plan.directory + "/upper"))
            add(place_of(MountAspect::runtime), Severity::warning, *full);
        if (!is_mounted_on_its_upper(found)) {
            const auto contents = m_survey->survey_contents(found, m_entries_left);
            if (contents && contents->is_cut_short)
                note(fmt::format("the upper of {} has more files than are looked at: whether "
                                 "another overlay has left something in it is not known",
                                 instance.name));
        }
        if (at_files)
            m_files.inspect_layouts(found);
        if (m_survey->users())
            m_files.inspect(instance, found, *m_survey->users(), at_files);
    }
    m_subject = nullptr;
    return limit_findings(std::move(m_findings));
}

bool MountInspection::is_mounted_on_its_upper(const InstanceSurvey& found) {
    const MergedMount& merged = found.merged;
    if (merged.state != MergedMount::State::ours || !m_records)
        return false;
    const Finding place = place_of(MountAspect::runtime);
    const MountPlan& plan = found.plan;
    std::optional<MountRecord> record;
    attempt(place, plan.directory, [&] { record = m_records->read_record(plan.instance); });
    if (!record || record->mount_id != merged.mount_id)
        return false;
    bool is_on_it = true;
    for (const PlanDifference& difference : find_differences(record->plan, plan, merged.read_only))
        if (difference.kind == PlanDifference::Kind::upper_replaced ||
            difference.kind == PlanDifference::Kind::work_replaced ||
            difference.kind == PlanDifference::Kind::read_only) {
            is_on_it = false;
            add(place, Severity::warning,
                {difference.text, fmt::format("systemctl restart l4d2@{}", plan.instance)});
        }
    return is_on_it;
}

FileReport MountInspection::file_report() {
    const auto place_of_kind = [this](FindingKind kind) {
        Finding place = place_of(MountAspect::layer);
        place.kind = kind;
        return place;
    };
    return {[this, place_of_kind](FindingKind kind, const std::string& about,
                                  const std::function<void()>& look) {
                attempt(place_of_kind(kind), about, look);
            },
            [this, place_of_kind](FindingKind kind, Severity severity, Complaint complaint) {
                add(place_of_kind(kind), severity, std::move(complaint));
            },
            [this](FindingKind kind, Diagnostic diagnostic) {
                m_findings.push_back({kind, std::move(diagnostic), m_subject->name});
            },
            [this](std::string text) { note(std::move(text)); }};
}

bool MountInspection::is_behind_automount(const std::string& path) {
    if (!m_live)
        return false;
    const auto [known, is_new] = m_behind_automount.try_emplace(path, false);
    if (is_new)
        known->second = search_mounts(m_tree, path).behind_automount;
    if (!known->second)
        return false;
    note(fmt::format("{} is behind an automounter, which is left alone: it is not looked at",
                     printable(path)));
    return true;
}

void MountInspection::attempt(const Finding& place, const std::string& what,
                              const std::function<void()>& action) {
    try {
        action();
    } catch (const Refusal& failure) {
        add(place, Severity::error, failure.complaint());
    } catch (const SystemError& error) {
        if (is_shortage(error.error()))
            throw;
        if (error.error() == EACCES && ::geteuid() != 0)
            note(fmt::format("only root can see what is wrong with {}, if anything: run it as "
                             "root",
                             printable(what)));
        else
            add(place, Severity::error, {error.what(), {}});
    }
}

void MountInspection::note(std::string text) {
    if (std::ranges::find(m_notes, text) == m_notes.end())
        m_notes.push_back(std::move(text));
}

} // namespace left4me::ctl
