#include "generator/text/word_split.hpp"

#include <optional>
#include <utility>

namespace left4me {

std::vector<std::string> split_words(std::string_view text) {
    constexpr std::string_view blanks = " \t\n\r";

    std::vector<std::string> words;
    std::optional<std::string> word;
    char quote = '\0';
    bool escaped = false;

    for (const char c : text) {
        if (!word) {
            if (blanks.find(c) != std::string_view::npos)
                continue;
            word.emplace();
        }
        if (escaped) {
            *word += c;
            escaped = false;
        } else if (c == '\\') {
            escaped = true;
        } else if (quote != '\0') {
            if (c == quote)
                quote = '\0';
            else
                *word += c;
        } else if (c == '\'' || c == '"') {
            quote = c;
        } else if (blanks.find(c) != std::string_view::npos) {
            words.push_back(*std::exchange(word, std::nullopt));
        } else {
            *word += c;
        }
    }
    if (word)
        words.push_back(*std::move(word));
    return words;
}

} // namespace left4me
