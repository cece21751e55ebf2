#include "generator/l4d2ctl/units/unit_settings.hpp"

#include "generator/text/utf8.hpp"
#include "generator/text/word_split.hpp"

#include <cstddef>
#include <utility>

namespace left4me::ctl {

namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

/// Takes the first line off `text`. A NUL ends one, and "\r\n" and "\n\r" end one as well.
std::string_view take_line(std::string_view& text) {
    const std::size_t length = text.find_first_of(std::string_view("\n\r\0", 3));
    const std::string_view line = text.substr(0, length);
    if (length == std::string_view::npos) {
        text = {};
        return line;
    }
    const char end = text[length];
    text.remove_prefix(length + 1);
    if (end != '\0' && !text.empty() && text.front() != end &&
        (text.front() == '\n' || text.front() == '\r'))
        text.remove_prefix(1);
    return line;
}

/// Whether the backslash at the end of `line` is none that another one escapes.
bool goes_on(std::string_view line) {
    const std::size_t last = line.find_last_not_of('\\');
    const std::size_t backslashes = line.size() - (last == std::string_view::npos ? 0 : last + 1);
    return backslashes % 2 == 1;
}

class Parser {
  public:
    explicit Parser(std::string_view text) : m_rest(text) {
        if (m_rest.starts_with(byte_order_mark))
            m_rest.remove_prefix(byte_order_mark.size());
    }

    UnitSettings parse() {
        unsigned number = 0;
        while (!m_rest.empty() && m_found.broken_line == 0) {
            const std::string_view line = take_line(m_rest);
            ++number;
            if (const std::string_view text = trim(line);
                text.starts_with('#') || text.starts_with(';'))
                continue;
            if (m_pending.empty())
                m_begins = number;
            m_pending += line;
            if (goes_on(m_pending)) {
                m_pending.back() = ' ';
                continue;
            }
            read_line();
        }
        if (m_found.broken_line == 0)
            read_line();
        return std::move(m_found);
    }

  private:
    void read_line() {
        const std::string whole = std::exchange(m_pending, {});
        const std::string_view line = trim(whole);
        if (line.empty() || !is_valid_utf8(line))
            return;
        if (line.starts_with('[')) {
            if (line.ends_with(']'))
                m_section = line.substr(1, line.size() - 2);
            else
                m_found.broken_line = m_begins;
            return;
        }
        const std::size_t equals = line.find('=');
        if (m_section.empty() || equals == std::string_view::npos || equals == 0)
            return;
        m_found.settings.push_back({m_section, std::string(trim(line.substr(0, equals))),
                                    std::string(trim(line.substr(equals + 1))), m_begins});
    }

    std::string_view m_rest;
    /// The lines so far of one that goes on.
    std::string m_pending;
    unsigned m_begins = 0;
    std::string m_section;
    UnitSettings m_found;
};

} // namespace

UnitSettings parse_unit_settings(std::string_view text) {
    return Parser(text).parse();
}

std::string unit_of_file(std::string_view path) {
    const std::size_t slash = path.find('/');
    if (slash == std::string_view::npos)
        return std::string(path);
    const std::string_view directory = path.substr(0, slash);
    return std::string(directory.substr(0, directory.rfind('.')));
}

std::vector<GeneratedSetting> settings_of(const std::vector<UnitFile>& files) {
    std::vector<GeneratedSetting> settings;
    for (const UnitFile& file : files) {
        const std::string unit = unit_of_file(file.path);
        if (file.kind == UnitFile::Kind::symlink) {
            settings.push_back(
                {unit, "Unit", "Wants", file.path.substr(file.path.find('/') + 1), file.path});
            continue;
        }
        for (const UnitSetting& setting : parse_unit_settings(file.content).settings)
            if (!setting.value.empty())
                settings.push_back(
                    {unit, setting.section, setting.key, setting.value, file.path, setting.line});
    }
    return settings;
}

SettingOrigins origins_of(const GeneratedSetting& setting, std::string_view instance,
                          const HostConfiguration& configuration) {
    const SettingRow* const row = find_setting_row(setting.unit, setting.section, setting.key);
    if (row == nullptr)
        return {};
    return row->origins_of_value == nullptr
               ? row->origins
               : row->origins_of_value(setting.value, instance, configuration);
}

} // namespace left4me::ctl
