#include "generator/instance/instance.hpp"

#include "generator/instance/doubts.hpp"
#include "generator/instance/env_file.hpp"
#include "generator/instance/file_format.hpp"
#include "generator/instance/game.hpp"
#include "generator/instance/instance_keys.hpp"
#include "generator/instance/key_assignments.hpp"
#include "generator/instance/layer_policy.hpp"
#include "generator/text/fingerprint.hpp"
#include "generator/text/number_text.hpp"
#include "generator/text/path_text.hpp"
#include "generator/text/setting_values.hpp"
#include "generator/text/word_split.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <fmt/format.h>
#include <iterator>
#include <utility>

namespace left4me {

namespace {

/// OVL_MAX_STACK of the kernel's fs/overlayfs.
constexpr std::size_t most_layers = 500;
/// PATH_MAX less its NUL.
constexpr std::size_t longest_path = 4095;

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
            const auto values = choose_assignments(file.assignments, m_diagnostics);
            static_assert(readers.size() == instance_keys.size(), "a key that nothing reads");
            for (const auto& [key, read] : readers)
                if (const Assignment* const value = find(values, key))
                    (this->*read)(*value);
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
    void warn(unsigned line, Complaint complaint) {
        m_diagnostics.add(Severity::warning, line, std::move(complaint));
    }

    void warn_of_aside(const Assignment& assignment) {
        if (assignment.aside)
            warn(assignment.line, doubt_about_aside(assignment));
    }

    /// What to do about a value that cannot be read: what stands behind it is more likely to be the
    /// reason than the value.
    static std::string remedy(const Assignment& assignment, std::string otherwise) {
        return assignment.aside ? doubt_about_aside(assignment).remedy : std::move(otherwise);
    }

    void error(unsigned line, std::string problem, std::string remedy) {
        m_diagnostics.add(Severity::error, line, {std::move(problem), std::move(remedy)});
    }

    /// \return nothing when there is nothing to read, which is an error for a key that has to be
    ///         there
    const Assignment* find(const KeyAssignments& values, const InstanceKey& key) {
        const auto found = values.find(key.name);
        if (found != values.end() && !found->second->value.empty())
            return found->second;
        if (!key.required)
            return nullptr;
        if (found == values.end())
            error(1, fmt::format("{} is missing", key.name),
                  fmt::format("add a line such as {}={}", key.name, key.example));
        else
            error(found->second->line, fmt::format("{} is empty", key.name),
                  fmt::format("write for example {}={}", key.name, key.example));
        return nullptr;
    }

    void read_layers(const Assignment& list) {
        m_instance.layers_line = list.line;
        warn_of_aside(list);
        const bool has_line_end = list.value.find_first_of("\n\r") != std::string::npos;
        if (has_line_end)
            error(list.line, fmt::format("{} has a line end inside its quotes", list.key),
                  "write the list on one line, or in double quotes with a backslash at the end of "
                  "each line and no blanks before the next");
        const PathList split = split_path_list(list.value);
        // A backslash at a line's end is one in single quotes.
        if (!split.problem.empty() && !has_line_end)
            error(list.line, fmt::format("{} has {}", list.key, split.problem),
                  "separate layers with single colons; '\\:' is a colon, '\\\\' a backslash");
        if (split.paths.size() > most_layers) {
            error(list.line,
                  fmt::format("{} lists {} layers, and the kernel stacks {} at most", list.key,
                              split.paths.size(), most_layers),
                  "merge some of them into one directory");
            return;
        }
        for (const std::string& path : split.paths)
            read_layer(path, list);
    }

    void read_layer(const std::string& path, const Assignment& list) {
        const unsigned line = list.line;
        auto layer = m_configuration.resolve_path(path);
        if (path.find_first_of("\n\r") != std::string::npos)
            return; // read_layers() has said so.
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
            if (auto doubt = doubt_about_layer(path); doubt && !list.aside)
                warn(line, {fmt::format("the layer {} {}", printable(path), doubt->problem),
                            std::move(doubt->remedy)});
            m_instance.layers.push_back(*std::move(layer));
        }
    }

    void read_port(const Assignment& port) {
        m_instance.port_line = port.line;
        const auto number = parse_number<std::uint16_t>(port.value);
        if (number && !port.value.starts_with('0')) {
            m_instance.port = *number;
            warn_of_aside(port);
        } else {
            error(port.line, fmt::format("{} is no port", printable(port.value)),
                  remedy(port, "give a number from 1 to 65535"));
        }
    }

    void read_address(const Assignment& address) {
        m_instance.address = address.value;
        m_instance.address_line = address.line;
        auto found = problem_of_listen_address(address.value);
        if (found && found->severity == Severity::error)
            return error(address.line, std::move(found->complaint.problem),
                         remedy(address, std::move(found->complaint.remedy)));
        warn_of_aside(address);
        if (found)
            warn(address.line, std::move(found->complaint));
    }

    void read_arguments(const Assignment& arguments) {
        m_instance.arguments = split_words(arguments.value);
        if (arguments.aside)
            warn(arguments.line, game::may_hold_secret(arguments.value)
                                     ? doubt_about_secret_aside(arguments)
                                     : doubt_about_aside(arguments));
        std::string_view before;
        for (const std::string& argument : m_instance.arguments) {
            if (auto found = game::problem_of_argument(argument, before))
                m_diagnostics.add(found->severity, arguments.line, std::move(found->complaint));
            if (auto doubt = doubt_about_argument(argument);
                doubt && !game::holds_secret(argument, before) &&
                !(arguments.aside && looks_like_comment(argument)))
                warn(arguments.line,
                     {fmt::format("the argument {} {}", printable(argument), doubt->problem),
                      std::move(doubt->remedy)});
            before = argument;
        }
    }

    void read_autostart(const Assignment& autostart) {
        if (const auto value = parse_boolean(autostart.value)) {
            m_instance.autostart = *value;
            warn_of_aside(autostart);
        } else {
            error(autostart.line,
                  fmt::format("{} is neither yes nor no", printable(autostart.value)),
                  remedy(autostart, fmt::format("write {0}=yes or {0}=no", autostart.key)));
        }
    }

    void read_health(const Assignment& health) {
        if (const auto value = health_words.find(health.value)) {
            m_instance.health = *value;
            warn_of_aside(health);
        } else {
            error(health.line,
                  fmt::format("{} is neither off nor watch nor restart", printable(health.value)),
                  remedy(health, fmt::format("write {0}=watch or {0}=restart", health.key)));
        }
    }

    using Reader = void (InstanceReader::*)(const Assignment&);
    static constexpr auto readers = std::to_array<std::pair<InstanceKey, Reader>>(
        {{instance_key::layers, &InstanceReader::read_layers},
         {instance_key::port, &InstanceReader::read_port},
         {instance_key::address, &InstanceReader::read_address},
         {instance_key::arguments, &InstanceReader::read_arguments},
         {instance_key::autostart, &InstanceReader::read_autostart},
         {instance_key::health, &InstanceReader::read_health}});

    const HostConfiguration& m_configuration;
    Instance m_instance;
    DiagnosticCollector m_diagnostics;
};

/// Leaves of `diagnostics` what is wrong however the file is saved, and adds the flaws of how it
/// is: errors, when they have caused one.
///
/// \param of_mended  what is wrong with the file without the flaws
Diagnostics explain_by_format(Diagnostics diagnostics, Diagnostics flaws,
                              const Diagnostics& of_mended) {
    const auto is_caused = [&](const Diagnostic& diagnostic) {
        return std::ranges::find(of_mended, diagnostic.complaint, &Diagnostic::complaint) ==
               of_mended.end();
    };
    const bool caused_error = std::ranges::any_of(diagnostics, [&](const Diagnostic& diagnostic) {
        return diagnostic.severity == Severity::error && is_caused(diagnostic);
    });
    std::erase_if(diagnostics, is_caused);
    for (Diagnostic& flaw : flaws) {
        if (caused_error)
            flaw.severity = Severity::error;
        diagnostics.push_back(std::move(flaw));
    }
    std::ranges::stable_sort(diagnostics, {}, &Diagnostic::line);
    return diagnostics;
}

} // namespace

InstanceReading read_instance(std::string_view name, std::string_view source, std::string_view text,
                              const HostConfiguration& configuration) {
    InstanceReading reading = InstanceReader(name, source, configuration).read(text);
    FileFormat format = check_file_format(text, source);
    if (!format.flaws.empty()) {
        const InstanceReading mended =
            InstanceReader(name, source, configuration).read(format.mended);
        reading.diagnostics = explain_by_format(std::move(reading.diagnostics),
                                                std::move(format.flaws), mended.diagnostics);
    }
    return reading;
}

Diagnostics check_layer_policy(const Instance& instance, const HostConfiguration& configuration) {
    DiagnosticCollector diagnostics(instance.source);
    for (LayerConflict& conflict : check_layers(instance.layers, configuration.layer_roots))
        diagnostics.add(Severity::error, instance.layers_line, std::move(conflict.complaint));
    return std::move(diagnostics).finish();
}

} // namespace left4me
