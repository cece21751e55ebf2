#include "generator/l4d2ctl/units/host_changes.hpp"

#include "generator/l4d2ctl/units/command_words.hpp"
#include "generator/text/diagnostic.hpp"
#include "generator/text/enum_words.hpp"
#include "generator/text/json_text.hpp"
#include "generator/units/generated_settings.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <string_view>
#include <utility>

namespace left4me::ctl {

namespace {

/// Raised whenever a field changes its meaning.
constexpr int changes_version = 1;

using nlohmann::ordered_json;

const char* describe(UnitsState before, UnitsState after) {
    if (after == UnitsState::none)
        return "gone";
    if (before == after)
        return "changed";
    const bool is_new = before == UnitsState::none;
    if (after == UnitsState::usable)
        return is_new ? "new" : "becomes usable";
    if (after == UnitsState::unusable)
        return is_new ? "new, and cannot be used" : "becomes broken";
    return "becomes retired";
}

class Writer {
  public:
    std::string write(const HostChanges& changes) {
        if (!changes.configuration_usable)
            line("left4me.conf cannot be used: a reload takes the generated units of all "
                 "instances away");
        for (const JudgedChange& judged : changes.instances)
            write(judged);
        if (!changes.others.empty()) {
            separate();
            line("of no instance: changed");
            for (const FileChange& file : changes.others)
                write(file, false);
        }
        for (const std::string& name : changes.not_compared) {
            separate();
            line("{}: not compared: you cannot read its instance.env", name);
        }
        return std::move(m_text);
    }

  private:
    template <typename... Arguments>
    void line(fmt::format_string<Arguments...> words, Arguments&&... arguments) {
        fmt::format_to(std::back_inserter(m_text), words, std::forward<Arguments>(arguments)...);
        m_text += '\n';
    }

    void separate() {
        if (!m_text.empty())
            m_text += '\n';
    }

    void write(const JudgedChange& judged) {
        const InstanceChange& change = judged.change;
        separate();
        line("{}: {}", change.name, describe(change.before, change.after));
        for (const std::string& sentence : judged.meaning.sentences)
            line("  {}", sentence);
        // Of what comes or goes as a whole, the settings are in explain, and in the files.
        for (const FileChange& file : change.files)
            write(file, change.before != change.after);
    }

    void write(const FileChange& file, bool briefly) {
        static constexpr EnumWords<FileChange::Kind> signs = {{FileChange::Kind::added, "+ "},
                                                              {FileChange::Kind::removed, "- "},
                                                              {FileChange::Kind::changed, ""}};
        line("  {}{}", signs[file.kind], one_line(file.path));
        const bool is_link = file.path.ends_with(".service");
        if (briefly || is_link || file.kind == FileChange::Kind::removed)
            return;
        for (const SettingChange& setting : file.settings)
            write(setting);
    }

    void write(const SettingChange& setting) {
        const std::string name = fmt::format("[{}] {}", setting.section, setting.key);
        const auto single = [](const std::vector<std::string>& values) {
            return values.empty() ? std::string("nothing") : one_line(values.back());
        };
        if (setting.key.starts_with("Exec") && setting.before.size() == 1 &&
            setting.after.size() == 1) {
            line("    {}:", name);
            write_steps(
                compare_lists(words_of(setting.before.front()), words_of(setting.after.front())),
                true);
        } else if (merging_of(setting.section, setting.key) == Merging::last) {
            line("    {}: {} -> {}", name, single(setting.before), single(setting.after));
        } else {
            line("    {}:", name);
            write_steps(compare_lists(setting.before, setting.after), false);
        }
    }

    static std::vector<std::string> words_of(std::string_view command) {
        std::vector<std::string> words;
        for (UnitCommand& part : split_commands(command)) {
            part.words.front().insert(0, part.prefixes);
            std::ranges::move(part.words, std::back_inserter(words));
        }
        return words;
    }

    /// \param with_context  whether to show what stands before each change
    void write_steps(const std::vector<ListStep>& steps, bool with_context) {
        const ListStep* before = nullptr;
        for (const ListStep& step : steps) {
            if (step.kind != ListStep::Kind::kept) {
                if (with_context && before != nullptr)
                    write_step(' ', before->text);
                write_step(step.kind == ListStep::Kind::added ? '+' : '-', step.text);
            }
            before = step.kind == ListStep::Kind::kept ? &step : nullptr;
        }
    }

    void write_step(char sign, const std::string& text) {
        line("      {} {}", sign, text.empty() ? "\"\"" : one_line(text));
    }

    std::string m_text;
};

ordered_json setting_to_json(const SettingChange& setting) {
    return {{"section", setting.section},
            {"key", setting.key},
            {"before", setting.before},
            {"after", setting.after}};
}

ordered_json file_to_json(const FileChange& file) {
    return {{"path", file.path},
            {"change", enum_name(file.kind)},
            {"unit", file.unit},
            {"settings", array_of(file.settings, setting_to_json)}};
}

ordered_json instance_to_json(const JudgedChange& judged) {
    return {{"name", judged.change.name},
            {"before", enum_name(judged.change.before)},
            {"after", enum_name(judged.change.after)},
            {"server", enum_name(judged.server)},
            {"restart", judged.meaning.restart},
            {"remount", judged.meaning.remount},
            {"meaning", judged.meaning.sentences},
            {"files", array_of(judged.change.files, file_to_json)}};
}

} // namespace

std::string to_text(const HostChanges& changes) {
    return Writer().write(changes);
}

std::string to_json(const HostChanges& changes) {
    return printed({{"version", changes_version},
                    {"configuration_usable", changes.configuration_usable},
                    {"instances", array_of(changes.instances, instance_to_json)},
                    {"others", array_of(changes.others, file_to_json)},
                    {"not_compared", changes.not_compared}});
}

} // namespace left4me::ctl
