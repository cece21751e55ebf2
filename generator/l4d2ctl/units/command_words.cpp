#include "generator/l4d2ctl/units/command_words.hpp"

#include "generator/text/number_text.hpp"
#include "generator/text/word_split.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

namespace left4me::ctl {

namespace {

/// The byte that the first `digits` digits of `text` mean, which are taken off, or nothing when
/// they are none.
std::optional<char> take_byte(std::string_view& text, std::size_t digits, int base) {
    const std::string_view number = text.substr(0, digits);
    const auto value = parse_number<unsigned char>(number, base);
    if (number.size() != digits || !value || *value == 0)
        return std::nullopt;
    text.remove_prefix(digits);
    return static_cast<char>(*value);
}

/// As systemd does with EXTRACT_CUNESCAPE. An escape that it does not know stays as it is.
void undo_escape(std::string& word, std::string_view& rest) {
    constexpr std::string_view letters = "abfnrtvs\\\"'";
    constexpr std::string_view meanings = "\a\b\f\n\r\t\v \\\"'";
    constexpr std::size_t hexadecimal_digits = 2;
    constexpr std::size_t octal_digits = 3;
    const std::string_view c = rest.substr(0, 1);
    std::string_view digits = rest.substr(c == "x" ? 1 : 0);
    std::optional<char> byte =
        c == "x" ? take_byte(digits, hexadecimal_digits, 16) : take_byte(digits, octal_digits, 8);
    if (byte) {
        word += *byte;
        rest = digits;
        return;
    }
    const std::size_t known = c.empty() ? std::string_view::npos : letters.find(c);
    if (known == std::string_view::npos)
        word.append("\\").append(c);
    else
        word += meanings[known];
    rest.remove_prefix(c.size());
}

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
    WordReader reader(value, undo_escape);
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

} // namespace left4me::ctl
