#include "generator/l4d2ctl/units/command_words.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <utility>

namespace left4me::ctl {

namespace {

constexpr std::string_view blanks = " \t\n\r";

bool is_blank(char c) {
    return blanks.find(c) != std::string_view::npos;
}

/// The byte that `digits` digits of `text` mean, or nothing when they are none.
std::optional<char> parse_byte(std::string_view text, std::size_t digits, int base) {
    unsigned value = 0;
    const std::string_view number = text.substr(0, digits);
    const auto [stopped, error] =
        std::from_chars(number.data(), number.data() + number.size(), value, base);
    constexpr unsigned largest = 0xff;
    if (number.size() != digits || error != std::errc() ||
        stopped != number.data() + number.size() || value == 0 || value > largest)
        return std::nullopt;
    return static_cast<char>(value);
}

/// Reads words from the front of a text as systemd's extract_first_word() does with
/// EXTRACT_UNQUOTE and EXTRACT_CUNESCAPE.
class WordReader {
  public:
    explicit WordReader(std::string_view text) : m_rest(text) { skip_blanks(); }

    [[nodiscard]] bool at_end() const { return m_rest.empty(); }

    /// Takes an unquoted word off the front when it is that one.
    bool take_bare(std::string_view word) {
        if (!m_rest.starts_with(word) ||
            (m_rest.size() > word.size() && !is_blank(m_rest[word.size()])))
            return false;
        m_rest.remove_prefix(word.size());
        skip_blanks();
        return true;
    }

    std::string take_word() {
        std::string word;
        char quote = '\0';
        while (!m_rest.empty()) {
            const char c = take();
            if (c == '\\' && !m_rest.empty())
                take_escape(word);
            else if (c == quote)
                quote = '\0';
            else if (quote == '\0' && (c == '"' || c == '\''))
                quote = c;
            else if (quote == '\0' && is_blank(c))
                break;
            else
                word += c;
        }
        skip_blanks();
        return word;
    }

  private:
    char take() {
        const char c = m_rest.front();
        m_rest.remove_prefix(1);
        return c;
    }

    void skip_blanks() {
        m_rest.remove_prefix(std::min(m_rest.find_first_not_of(blanks), m_rest.size()));
    }

    /// An escape that systemd does not know stays as it is.
    void take_escape(std::string& word) {
        constexpr std::string_view letters = "abfnrtvs\\\"'";
        constexpr std::string_view meanings = "\a\b\f\n\r\t\v \\\"'";
        const char c = take();
        if (const std::size_t known = letters.find(c); known != std::string_view::npos) {
            word += meanings[known];
            return;
        }
        constexpr std::size_t hexadecimal_digits = 2;
        constexpr std::size_t octal_digits = 3;
        if (c == 'x') {
            if (const auto byte = parse_byte(m_rest, hexadecimal_digits, 16)) {
                word += *byte;
                m_rest.remove_prefix(hexadecimal_digits);
                return;
            }
        } else if (c >= '0' && c <= '7') {
            const std::string digits = c + std::string(m_rest.substr(0, octal_digits - 1));
            if (const auto byte = parse_byte(digits, octal_digits, 8)) {
                word += *byte;
                m_rest.remove_prefix(octal_digits - 1);
                return;
            }
        }
        word += '\\';
        word += c;
    }

    std::string_view m_rest;
};

/// Makes '%%' of `word` '%'.
///
/// \return whether it has a specifier besides
bool resolve_percents(std::string& word) {
    std::string resolved;
    bool specifier = false;
    for (std::size_t i = 0; i < word.size(); ++i) {
        resolved += word[i];
        if (word[i] != '%' || i + 1 == word.size())
            continue;
        if (word[i + 1] == '%')
            ++i;
        else
            specifier = true;
    }
    word = std::move(resolved);
    return specifier;
}

void take_prefixes(std::string& program, std::string& prefixes) {
    const std::size_t length = std::min(program.find_first_not_of("@-:+!|"), program.size());
    prefixes = program.substr(0, length);
    program.erase(0, length);
}

} // namespace

std::vector<UnitCommand> split_commands(std::string_view value) {
    std::vector<UnitCommand> commands;
    WordReader reader(value);
    while (!reader.at_end()) {
        if (reader.take_bare(";"))
            continue;
        UnitCommand command;
        std::string program = reader.take_word();
        take_prefixes(program, command.prefixes);
        command.expands = resolve_percents(program);
        command.words.push_back(std::move(program));
        const bool keeps_variables = command.prefixes.find(':') != std::string::npos;
        while (!reader.at_end() && !reader.take_bare(";")) {
            if (reader.take_bare("\\;")) {
                command.words.emplace_back(";");
                continue;
            }
            std::string word = reader.take_word();
            if (resolve_percents(word) || (!keeps_variables && word.find('$') != std::string::npos))
                command.expands = true;
            command.words.push_back(std::move(word));
        }
        commands.push_back(std::move(command));
    }
    return commands;
}

std::vector<std::string> split_list(std::string_view value) {
    std::vector<std::string> words;
    for (WordReader reader(value); !reader.at_end();)
        words.push_back(reader.take_word());
    return words;
}

} // namespace left4me::ctl
