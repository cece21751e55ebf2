#include "generator/instance/instance.hpp"

#include "generator/instance/env_file.hpp"
#include "generator/instance/layer_policy.hpp"
#include "generator/instance/server_arguments.hpp"
#include "generator/text/boolean_text.hpp"
#include "generator/text/fingerprint.hpp"
#include "generator/text/nearest.hpp"
#include "generator/text/path_text.hpp"
#include "generator/text/word_split.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <fmt/format.h>
#include <iterator>
#include <map>

namespace left4me {

namespace {

constexpr std::string_view layers_key = "L4D2_LOWERDIRS";
constexpr std::string_view port_key = "L4D2_PORT";
constexpr std::string_view arguments_key = "L4D2_ARGS";
constexpr std::string_view autostart_key = "L4D2_AUTOSTART";
/// OVL_MAX_STACK of the kernel's fs/overlayfs.
constexpr std::size_t most_layers = 500;
/// PATH_MAX less its NUL.
constexpr std::size_t longest_path = 4095;
constexpr std::array known_keys = {layers_key, port_key, arguments_key, autostart_key};

class InstanceReader {
  public:
    InstanceReader(std::string_view name, std::string_view source,
                   const HostConfiguration& configuration)
        : m_configuration(configuration), m_diagnostics(source) {
        m_instance.name = name;
        m_instance.source = source;
    }

    InstanceReading read(std::string_view text) {
        m_instance.fingerprint = fingerprint(text);
        EnvFile file = parse_env_file(text, m_instance.source);
        // A file that could not be read at all has no values to be missed.
        if (!file.assignments.empty() || !has_errors(file.diagnostics)) {
            const auto values = last_assignments(file.assignments);
            read_layers(values);
            read_port(values);
            read_arguments(values);
            read_autostart(values);
        }
        Diagnostics diagnostics = std::move(file.diagnostics);
        std::ranges::move(std::move(m_diagnostics).finish(), std::back_inserter(diagnostics));
        std::ranges::stable_sort(diagnostics, {}, &Diagnostic::line);
        if (has_errors(diagnostics))
            return {std::nullopt, std::move(diagnostics), std::move(m_instance.source)};
        std::string source = m_instance.source;
        return {std::move(m_instance), std::move(diagnostics), std::move(source)};
    }

  private:
    using Values = std::map<std::string_view, const Assignment*>;

    void error(unsigned line, std::string problem, std::string remedy) {
        m_diagnostics.add(Severity::error, line, std::move(problem), std::move(remedy));
    }

    Values last_assignments(const std::vector<Assignment>& assignments) {
        Values values;
        for (const Assignment& assignment : assignments) {
            if (std::ranges::find(known_keys, assignment.key) == known_keys.end()) {
                report_unknown(assignment);
                continue;
            }
            const Assignment*& value = values[assignment.key];
            if (value != nullptr)
                m_diagnostics.add(Severity::warning, value->line,
                                  fmt::format("{} is assigned again in line {}, which counts",
                                              value->key, assignment.line),
                                  "remove one of them");
            value = &assignment;
        }
        return values;
    }

    void report_unknown(const Assignment& assignment) {
        if (m_diagnostics.has_room_for_warning())
            m_diagnostics.add(
                Severity::warning, assignment.line,
                fmt::format("unknown key {} is ignored", printable(assignment.key)),
                fmt::format("remove it, or did you mean {}?", nearest(assignment.key, known_keys)));
        else
            m_diagnostics.count_warning(assignment.line);
    }

    /// The value of a key that has to be there, or nothing after an error said that it is not.
    const Assignment* required(const Values& values, std::string_view key,
                               std::string_view example) {
        const auto found = values.find(key);
        if (found == values.end()) {
            error(1, fmt::format("{} is missing", key),
                  fmt::format("add a line such as {}", example));
            return nullptr;
        }
        if (found->second->value.empty()) {
            error(found->second->line, fmt::format("{} is empty", key),
                  fmt::format("write for example {}", example));
            return nullptr;
        }
        return found->second;
    }

    void read_layers(const Values& values) {
        const Assignment* const list =
            required(values, layers_key, "L4D2_LOWERDIRS=overlays/NAME:installation");
        if (list == nullptr)
            return;
        m_instance.layers_line = list->line;

        const PathList split = split_path_list(list->value);
        if (!split.problem.empty())
            error(list->line, fmt::format("{} has {}", layers_key, split.problem),
                  "separate layers with single colons; '\\:' is a colon, '\\\\' a backslash");
        if (split.paths.size() > most_layers) {
            error(list->line,
                  fmt::format("{} lists {} layers, and the kernel stacks {} at most", layers_key,
                              split.paths.size(), most_layers),
                  "merge some of them into one directory");
            return;
        }
        for (const std::string& path : split.paths)
            read_layer(path, list->line);
    }

    void read_layer(const std::string& path, unsigned line) {
        auto layer = m_configuration.resolve_path(path);
        if (has_control_character(path)) {
            error(line, fmt::format("the layer {} has a control character", printable(path)),
                  "rename the directory");
        } else if (!layer) {
            error(line, fmt::format("the layer {} has a '..'", printable(path)),
                  "write the path without it");
        } else if (layer->size() > longest_path) {
            error(
                line,
                fmt::format("the layer {} is longer than {} bytes", printable(path), longest_path),
                "move the directory further up");
        } else {
            m_instance.layers.push_back(*std::move(layer));
        }
    }

    void read_port(const Values& values) {
        const Assignment* const port = required(values, port_key, "L4D2_PORT=27015");
        if (port == nullptr)
            return;
        m_instance.port_line = port->line;
        const std::string& text = port->value;
        const char* const end = text.data() + text.size();
        const auto [stopped, failure] = std::from_chars(text.data(), end, m_instance.port);
        if (failure != std::errc() || stopped != end || text.front() == '0')
            error(port->line, fmt::format("{} is no port", printable(text)),
                  "give a number from 1 to 65535");
    }

    void read_arguments(const Values& values) {
        const auto found = values.find(arguments_key);
        if (found == values.end())
            return;
        m_instance.arguments = split_words(found->second->value);
        for (const std::string& argument : m_instance.arguments)
            if (auto problem = problem_of_argument(argument))
                m_diagnostics.add(problem->severity, found->second->line,
                                  std::move(problem->problem), std::move(problem->remedy));
    }

    void read_autostart(const Values& values) {
        const auto found = values.find(autostart_key);
        if (found == values.end() || found->second->value.empty())
            return;
        if (const auto autostart = parse_boolean(found->second->value))
            m_instance.autostart = *autostart;
        else
            error(found->second->line,
                  fmt::format("{} is neither yes nor no", printable(found->second->value)),
                  "write L4D2_AUTOSTART=yes or L4D2_AUTOSTART=no");
    }

    const HostConfiguration& m_configuration;
    Instance m_instance;
    DiagnosticCollector m_diagnostics;
};

} // namespace

InstanceReading read_instance(std::string_view name, std::string_view source, std::string_view text,
                              const HostConfiguration& configuration) {
    return InstanceReader(name, source, configuration).read(text);
}

std::span<const std::string_view> instance_keys() {
    return known_keys;
}

Diagnostics check_layer_policy(const Instance& instance, const HostConfiguration& configuration) {
    DiagnosticCollector diagnostics(instance.source);
    for (LayerConflict& conflict : check_layers(instance.layers, configuration.layer_roots))
        diagnostics.add(Severity::error, instance.layers_line,
                        std::move(conflict.complaint.problem),
                        std::move(conflict.complaint.remedy));
    return std::move(diagnostics).finish();
}

} // namespace left4me
