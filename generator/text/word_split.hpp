#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace left4me {

/// Appends to `word` what an escape means, and takes it off the front of `rest`, which begins
/// behind its backslash and may be empty.
using UndoEscape = void (*)(std::string& word, std::string_view& rest);

/// Reads words from the front of a text as systemd's extract_first_word() does with
/// EXTRACT_UNQUOTE: they stand between blanks, and quotes of either kind are removed. A quote left
/// open runs to the end.
class WordReader {
  public:
    /// \param undo_escape  called inside quotes, too
    WordReader(std::string_view text, UndoEscape undo_escape);

    [[nodiscard]] bool at_end() const { return m_rest.empty(); }

    [[nodiscard]] std::string take_word();

    /// Takes an unquoted word off the front when it is `word`.
    [[nodiscard]] bool take_bare(std::string_view word);

  private:
    void skip_blanks();

    std::string_view m_rest;
    UndoEscape m_undo_escape;
};

/// Splits `text` into words as systemd splits `$VAR` standing alone in a command line
/// (systemd.service(5), "Command lines"): as WordReader, with a backslash that takes the next
/// character as it is, and is dropped at the very end.
[[nodiscard]] std::vector<std::string> split_words(std::string_view text);

/// What stands between blanks, quotes being ordinary: what a shell makes of an unquoted `$*`, but
/// for the names of files.
[[nodiscard]] std::vector<std::string_view> split_at_blanks(std::string_view text);

/// `text` without those of `characters` that it begins and ends with.
[[nodiscard]] std::string_view trim(std::string_view text, std::string_view characters = " \t\n\r");

} // namespace left4me
