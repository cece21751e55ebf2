#include "generator/text/word_split.hpp"

#include <algorithm>
#include <cstddef>

namespace left4me {

namespace {

constexpr std::string_view blanks = " \t\n\r";

bool is_blank(char c) {
    return blanks.find(c) != std::string_view::npos;
}

void take_literally(std::string& word, std::string_view& rest) {
    word += rest.substr(0, 1);
    rest.remove_prefix(std::min<std::size_t>(1, rest.size()));
}

} // namespace

WordReader::WordReader(std::string_view text, UndoEscape undo_escape)
    : m_rest(text), m_undo_escape(undo_escape) {
    skip_blanks();
}

std::string WordReader::take_word() {
    std::string word;
    char quote = '\0';
    while (!m_rest.empty()) {
        const char c = m_rest.front();
        m_rest.remove_prefix(1);
        if (c == '\\')
            m_undo_escape(word, m_rest);
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

bool WordReader::take_bare(std::string_view word) {
    if (!m_rest.starts_with(word) ||
        (m_rest.size() > word.size() && !is_blank(m_rest[word.size()])))
        return false;
    m_rest.remove_prefix(word.size());
    skip_blanks();
    return true;
}

void WordReader::skip_blanks() {
    m_rest.remove_prefix(std::min(m_rest.find_first_not_of(blanks), m_rest.size()));
}

std::vector<std::string> split_words(std::string_view text) {
    std::vector<std::string> words;
    for (WordReader reader(text, take_literally); !reader.at_end();)
        words.push_back(reader.take_word());
    return words;
}

std::vector<std::string_view> split_at_blanks(std::string_view text) {
    constexpr std::string_view separators = " \t\n";
    std::vector<std::string_view> words;
    for (text = trim(text, separators); !text.empty(); text = trim(text, separators)) {
        words.push_back(text.substr(0, text.find_first_of(separators)));
        text.remove_prefix(words.back().size());
    }
    return words;
}

std::string_view trim(std::string_view text, std::string_view characters) {
    text.remove_prefix(std::min(text.find_first_not_of(characters), text.size()));
    return text.substr(0, text.find_last_not_of(characters) + 1);
}

} // namespace left4me
