#include "generator/l4d2ctl/units/explanation.hpp"

#include "generator/instance/instance_keys.hpp"
#include "generator/text/enum_words.hpp"
#include "generator/text/fields.hpp"
#include "generator/units/unit_names.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <utility>

namespace left4me::ctl {

namespace {

std::string assignment(std::string_view section, std::string_view key, std::string_view value) {
    return fmt::format("[{}] {}={}", section, key, one_line(value));
}

std::string describe(const GeneratedSetting& setting) {
    return fmt::format("{} {}", setting.unit,
                       assignment(setting.section, setting.key, setting.value));
}

std::string place(const SettingValue& value) {
    return fmt::format("{}:{}", one_line(value.file), value.line);
}

/// What a setting comes from that no line of instance.env gives.
std::string describe_origins(const SettingOrigins& origins) {
    std::string text;
    const auto add = [&text](std::string_view origin) {
        text.append(text.empty() ? "" : ", ").append(origin);
    };
    for (const std::string_view key : origins.host_keys)
        add(fmt::format("{}= of left4me.conf", key));
    if (origins.source)
        add("where instance.env lies");
    if (origins.name)
        add("the name");
    return text.empty() ? "what all instances have" : text;
}

class Writer {
  public:
    explicit Writer(const Explanation& explanation) : m_explanation(explanation) {
        for (const Diagnostic& diagnostic : explanation.diagnostics)
            m_lines.push_back(find_line(diagnostic));
    }

    std::string write() {
        write_head();
        write_lines();
        write_others();
        write_files();
        write_command();
        write_overrides();
        if (m_explanation.reload_needed)
            write_reload(*m_explanation.reload_needed);
        return std::move(m_text);
    }

  private:
    template <typename... Arguments>
    void line(fmt::format_string<Arguments...> words, Arguments&&... arguments) {
        fmt::format_to(std::back_inserter(m_text), words, std::forward<Arguments>(arguments)...);
        m_text += '\n';
    }

    void head(std::string_view title) { line("\n{}:", title); }

    void write_head() {
        line("{}: {}", m_explanation.name, enum_name(m_explanation.state));
        if (!m_explanation.source.empty())
            line("  {}", one_line(m_explanation.source));
        for (const std::string& reason : m_explanation.reasons)
            line("  {}", one_line(reason));
        // Those of its lines stand with the lines.
        if (std::ranges::find(m_lines, nullptr) != m_lines.end())
            head("What is wrong");
        for (std::size_t i = 0; i < m_lines.size(); ++i)
            if (m_lines[i] == nullptr)
                line("  {}", one_line(to_string(m_explanation.diagnostics[i])));
    }

    [[nodiscard]] const ExplainedLine* find_line(const Diagnostic& diagnostic) const {
        if (diagnostic.file != m_explanation.source)
            return nullptr;
        const auto found = std::ranges::find_if(m_explanation.lines, [&](const auto& candidate) {
            return candidate.line <= diagnostic.line && diagnostic.line <= candidate.last_line;
        });
        return found == m_explanation.lines.end() ? nullptr : &*found;
    }

    void write_lines() {
        if (m_explanation.lines.empty())
            return;
        head("From its lines");
        for (const ExplainedLine& explained : m_explanation.lines)
            write_line(explained);
    }

    void write_line(const ExplainedLine& explained) {
        std::string_view text = explained.text;
        for (unsigned number = explained.line; number <= explained.last_line; ++number)
            line("{:>4}  {}", number, one_line(take_until(text, '\n')));
        for (const std::size_t index : explained.became)
            line("        {}", describe(m_explanation.settings[index].setting));
        const InstanceKey* const key = find_instance_key(explained.key);
        if (!explained.became.empty() && key != nullptr && !key->read_again.empty())
            line("        {}", key->read_again);
        if (!explained.nothing.empty())
            line("        nothing: {}", explained.nothing);
        for (std::size_t i = 0; i < m_lines.size(); ++i)
            if (m_lines[i] == &explained)
                line("        {}: {}: {}", enum_name(m_explanation.diagnostics[i].severity),
                     one_line(m_explanation.diagnostics[i].complaint.problem),
                     one_line(m_explanation.diagnostics[i].complaint.remedy));
    }

    /// Those of one origin together, in the order in which they first stand there.
    void write_others() {
        std::vector<std::pair<std::string, std::vector<const GeneratedSetting*>>> groups;
        for (const auto& [setting, origins] : m_explanation.settings) {
            if (!origins.instance_keys.empty())
                continue;
            const std::string title = describe_origins(origins);
            auto group = std::ranges::find(groups, title, [](const auto& g) { return g.first; });
            if (group == groups.end())
                group = groups.insert(groups.end(), {title, {}});
            group->second.push_back(&setting);
        }
        if (!groups.empty())
            head("Not from its lines, but from");
        for (const auto& [title, settings] : groups) {
            line("  {}", title);
            for (const GeneratedSetting* setting : settings)
                line("        {}", describe(*setting));
        }
    }

    void write_files() {
        if (m_explanation.pieces.empty())
            return;
        head("Files, in the order in which systemd reads them");
        for (const UnitPieces& unit : m_explanation.pieces) {
            line("  {}", unit.unit);
            if (unit.fragment)
                write_file(*unit.fragment);
            for (const UnitPiece& drop_in : unit.drop_ins)
                write_file(drop_in);
        }
    }

    void write_file(const UnitPiece& piece) {
        line("        {}{}", one_line(piece.path),
             piece.generated ? "  (generated)"
             : piece.masked  ? "  (masked)"
                             : "");
    }

    void write_command() {
        if (!m_explanation.command)
            return;
        head("Command line");
        for (const std::string& word : m_explanation.command->words)
            line("  {}", word.empty() ? "\"\"" : one_line(word));
        if (m_explanation.command->expands)
            line("  (as it is written: systemd puts in its specifiers and variables)");
    }

    void write_overrides() {
        bool first = true;
        for (const EffectiveUnit& unit : m_explanation.effective)
            for (const Override& found : unit.overrides) {
                if (first)
                    head("Overridden");
                first = false;
                write_override(unit.unit, found);
            }
    }

    void write_override(const std::string& unit, const Override& found) {
        const auto written = [&](std::string_view value) {
            return assignment(found.section, found.key, value);
        };
        const bool is_gone =
            found.kind == Override::Kind::replaced || found.kind == Override::Kind::removed;
        line("  {} {}", unit, written(is_gone ? found.generated : found.other.value));
        switch (found.kind) {
        case Override::Kind::replaced:
            line("        is {}, by {}", written(found.other.value), place(found.other));
            break;
        case Override::Kind::removed:
            line("        is taken away by {}", place(found.other));
            break;
        case Override::Kind::added:
            line("        is added by {}", place(found.other));
            break;
        case Override::Kind::ineffective:
            line("        by {} is in vain: what is generated comes later; name the file so that "
                 "it sorts behind {}",
                 place(found.other), drop_in_name);
            break;
        }
    }

    void write_reload(bool needed) {
        if (needed)
            line("\nsystemd has not all of this yet: l4d2ctl diff {} shows what systemctl "
                 "daemon-reload changes",
                 m_explanation.name);
        else
            line("\nA reload would generate nothing else; drop-ins that were changed since the "
                 "last one are read then.");
    }

    const Explanation& m_explanation;
    /// Of each diagnostic the line that it is about; nothing where it is about none.
    std::vector<const ExplainedLine*> m_lines;
    std::string m_text;
};

} // namespace

std::string to_text(const Explanation& explanation) {
    return Writer(explanation).write();
}

} // namespace left4me::ctl
