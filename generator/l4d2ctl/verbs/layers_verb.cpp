#include "generator/l4d2ctl/verbs/ctl_verbs.hpp"

#include "generator/host/local_time.hpp"
#include "generator/l4d2ctl/layers/layer_drift.hpp"
#include "generator/l4d2ctl/layers/layer_file.hpp"
#include "generator/l4d2ctl/layers/layer_path.hpp"
#include "generator/l4d2ctl/layers/layer_stack.hpp"
#include "generator/l4d2ctl/observe/confinement.hpp"
#include "generator/l4d2ctl/observe/host_survey.hpp"
#include "generator/l4d2ctl/observe/host_users.hpp"
#include "generator/l4d2ctl/observe/layer_drift_search.hpp"
#include "generator/l4d2ctl/observe/layer_stacks.hpp"
#include "generator/l4d2ctl/observe/layer_trail.hpp"
#include "generator/l4d2ctl/observe/mount_inspection.hpp"
#include "generator/l4d2ctl/observe/terminal.hpp"
#include "generator/overlay/mount_users.hpp"
#include "generator/text/diagnostic.hpp"
#include "generator/text/exit_status.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <functional>
#include <optional>
#include <set>
#include <unistd.h>
#include <utility>

namespace left4me::ctl {

namespace {

/// What to do, for whoever has not done it.
const char* as_root() {
    return ::geteuid() == 0 ? "" : ": run it as root";
}

bool has_unmeasured(const LayerStack& stack) {
    const auto is_unmeasured = [](const StackLayer& layer) {
        return layer.size && !layer.size->complete;
    };
    return is_unmeasured(stack.upper) || std::ranges::any_of(stack.layers, is_unmeasured);
}

/// One call of the verb.
class Layers {
  public:
    explicit Layers(const CommandLine& command_line)
        : m_command_line(command_line), m_live(command_line.root == "/"), m_tree(command_line.root),
          m_survey(survey_host(m_tree)) {
        m_style.time_text = local_time;
        m_style.text = style_of_standard_output();
    }

    VerbResult run() {
        if (!m_survey.configuration) {
            complain_of(m_survey.diagnostics);
            return std::move(m_result);
        }
        m_result.tell(m_survey.notes());
        const MergedPath path = read_path();
        m_named = !m_command_line.names.empty() || !path.instance.empty();
        m_style.users.runtime = find_user(configuration().runtime_user, "RuntimeUser");
        m_style.users.sandbox = find_user(configuration().sandbox_user, "SandboxUser");
        const bool shows_stack = m_command_line.file.empty() && !m_command_line.drift;
        LayerStacks stacks(m_tree, configuration(), m_style.users, m_live, shows_stack);

        if (!m_command_line.file.empty())
            show_file(stacks, path);
        else if (m_command_line.drift)
            show_drift(stacks, path);
        else
            show_stacks(stacks, path);
        if (!stacks.sees_records())
            m_result.tell(
                "how servers are mounted cannot be seen, only what their instance.env says: run "
                "it as root");
        if (!shows_stack && !m_sees_marks)
            m_result.tell(
                "directories that were deleted and made anew cannot be told from others: " +
                how_to_read_overlay_marks());
        return std::move(m_result);
    }

  private:
    [[nodiscard]] const HostConfiguration& configuration() const { return *m_survey.configuration; }

    void complain_of(const Diagnostics& diagnostics) {
        for (const Diagnostic& diagnostic : diagnostics)
            if (diagnostic.severity == Severity::error)
                m_result.complain(ExitStatus::bad_configuration, to_string(diagnostic));
    }

    KnownUser find_user(const std::string& name, const char* key) {
        KnownUser user{name, find_host_user(m_tree, m_live, name)};
        if (const auto objection = objection_to_user(key, name, user.ids))
            m_result.tell(to_string(*objection));
        return user;
    }

    [[nodiscard]] MergedPath read_path() const {
        if (m_command_line.file.empty())
            return {};
        MergedPath path = read_merged_path(m_command_line.file, configuration());
        const std::vector<std::string>& names = m_command_line.names;
        if (path.complaint.problem.empty() && !path.instance.empty() &&
            std::ranges::any_of(names, [&](const auto& name) { return name != path.instance; }))
            path.complaint = {
                fmt::format("{} is a file of {}", printable(m_command_line.file), path.instance),
                "name no other instance"};
        if (!path.complaint.problem.empty())
            refuse(path.complaint, Refused::usage);
        return path;
    }

    [[nodiscard]] std::set<std::string> chosen(const MergedPath& path) const {
        std::set<std::string> names(m_command_line.names.begin(), m_command_line.names.end());
        if (!path.instance.empty())
            names.insert(path.instance);
        if (!names.empty())
            return names;
        for (const GeneratedInstance& instance : m_survey.instances)
            names.insert(instance.name);
        for (const HiddenInstance& instance : m_survey.hidden)
            names.insert(instance.name);
        return names;
    }

    /// Calls `show` for every instance that was asked for, one open at a time.
    void for_each(LayerStacks& stacks, const MergedPath& path,
                  const std::function<void(const OpenStack&)>& show) {
        for (const std::string& name : chosen(path))
            if (const auto stack = open(stacks, name))
                show(*stack);
    }

    std::optional<OpenStack> open(LayerStacks& stacks, const std::string& name) {
        const GeneratedInstance* const instance = m_survey.find(name);
        if (instance != nullptr && instance->kind == GeneratedInstance::Kind::usable)
            return stacks.open(*instance->reading.instance);
        if (instance != nullptr && (instance->kind == GeneratedInstance::Kind::unusable ||
                                    instance->kind == GeneratedInstance::Kind::refused)) {
            complain_of(instance->reading.diagnostics);
            return std::nullopt;
        }
        if (const HiddenInstance* const hidden = m_survey.find_hidden(name)) {
            m_result.complain(m_named ? ExitStatus::no_such_instance : ExitStatus::done,
                              only_root_may_read(hidden->source));
            return std::nullopt;
        }
        // Its instance.env is gone, and it may be mounted still.
        if (m_live)
            if (auto mounted = stacks.open_mounted(name))
                return mounted;
        if (instance == nullptr || m_named)
            m_result.complain(ExitStatus::no_such_instance, m_survey.why_unknown(name));
        return std::nullopt;
    }

    void show_stacks(LayerStacks& stacks, const MergedPath& path) {
        std::vector<LayerStack> found;
        MountInspection inspection(m_tree, configuration(), m_live);
        for_each(stacks, path, [&](const OpenStack& stack) {
            found.push_back(stack.found);
            add_refusals(found.back(), inspection);
        });
        if (m_command_line.json) {
            m_result.text = to_json(found, m_style.users);
            return;
        }
        for (const LayerStack& stack : found)
            add_text(describe(stack, m_style));
        if (std::ranges::any_of(found, has_unmeasured))
            m_result.tell(
                fmt::format("sizes with a + are of what could be looked at{}", as_root()));
    }

    /// What keeps it from being mounted, except what stands with its layers.
    void add_refusals(LayerStack& stack, MountInspection& inspection) const {
        const GeneratedInstance* const instance = m_survey.find(stack.name);
        if (instance == nullptr || !instance->reading.instance)
            return;
        const auto is_told = [&stack](const std::string& refusal) {
            return refusal == stack.upper.problem ||
                   std::ranges::any_of(stack.layers, [&](const StackLayer& layer) {
                       return layer.problem == refusal;
                   });
        };
        for (const Finding& finding : inspection.refusals_of(*instance->reading.instance))
            if (std::string refusal = to_string(finding);
                finding.kind != FindingKind::server && !is_told(refusal))
                stack.problems.push_back(std::move(refusal));
    }

    void show_file(LayerStacks& stacks, const MergedPath& path) {
        std::vector<FileOrigin> origins;
        for_each(stacks, path, [&](const OpenStack& stack) {
            tell_what_is_left_out(stack.found);
            origins.push_back(find_origin(stack, path));
            if (!m_command_line.json)
                add_text(describe(origins.back(), path.components,
                                  stack.found.directory + "/merged", m_style));
        });
        if (m_command_line.json)
            m_result.text = to_json(origins, path.components, m_style.users);
        if (!origins.empty() && std::ranges::none_of(origins, is_known))
            m_result.exit_status =
                std::max(m_result.exit_status, static_cast<int>(ExitStatus::no_such_instance));
    }

    [[nodiscard]] FileOrigin find_origin(const OpenStack& stack, const MergedPath& path) const {
        FileOrigin origin;
        origin.complete = m_sees_marks && stack.found.upper.problem.empty();
        origin.instance = stack.found.name;
        std::vector<LayerTrail> trails;
        const auto add = [&](const OpenStackLayer& layer) {
            trails.push_back(layer.fd ? look_along(layer.fd.get(), layer.path, path.components)
                                      : LayerTrail{});
            origin.layers.push_back({layer.path, layer.idmapped, trails.back()});
        };
        add(stack.upper);
        for (const OpenStackLayer& layer : stack.layers)
            if (layer.fd)
                add(layer);
            else
                origin.complete = false;
        origin.lookup = look_up(trails, path.components.size());
        // Nothing has been written yet.
        if (path.components.empty() && !stack.upper.fd)
            origin.lookup.providers.erase(origin.lookup.providers.begin());
        return origin;
    }

    void show_drift(LayerStacks& stacks, const MergedPath& path) {
        std::vector<DriftReport> reports;
        for_each(stacks, path, [&](const OpenStack& stack) {
            tell_what_is_left_out(stack.found);
            DriftReport& report = reports.emplace_back(find_drift(stack));
            if (!report.complete)
                m_result.tell(fmt::format("{}: not all of it could be looked at{}",
                                          stack.found.name, as_root()));
            report.complete &= m_sees_marks;
            // Of a hundred servers, those matter that have drifted.
            if (!m_command_line.json && (m_named || !report.items.empty()))
                add_text(describe(report, m_style));
        });
        if (m_command_line.json)
            m_result.text = to_json(reports);
    }

    void tell_what_is_left_out(const LayerStack& stack) {
        if (!stack.upper.problem.empty())
            m_result.tell(fmt::format("{}: {}", stack.name, stack.upper.problem));
        if (!stack.differences.empty())
            m_result.tell(
                fmt::format("{}: mounted otherwise than it would be now, and looked at as it is "
                            "mounted: see l4d2ctl layers {}",
                            stack.name, stack.name));
        for (const StackLayer& layer :
             stack.mounted_layers.empty() ? stack.layers : stack.mounted_layers)
            if (!layer.problem.empty())
                m_result.tell(fmt::format("{}: {}", stack.name, layer.problem));
    }

    void add_text(const std::string& text) {
        if (!m_result.text.empty())
            m_result.text += "\n";
        m_result.text += text;
    }

    const CommandLine& m_command_line;
    bool m_live;
    /// Whether instances were asked for by name.
    bool m_named = false;
    HostTree m_tree;
    HostSurvey m_survey;
    LayerStyle m_style;
    bool m_sees_marks = may_read_overlay_marks();
    VerbResult m_result;
};

} // namespace

VerbResult show_layers(const CommandLine& command_line) {
    return Layers(command_line).run();
}

} // namespace left4me::ctl
