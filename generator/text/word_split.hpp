#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace left4me {

/// Appends to `word` what an escape means, and takes the escape off the front of `rest`. `rest`
/// begins behind the backslash and may be empty.
using UndoEscape = void (*)(std::string& word, std::string_view& rest);

/// Reads words from the front of a text as systemd's extract_first_word() does with
/// EXTRACT_UNQUOTE and EXTRACT_RELAX. Words stand between blanks (space, tab, newline, carriage
/// return), and quotes of either kind are removed. A quote left open runs to the end.
class WordReader {
  public:
    /// \param text         has to outlive the reader
    /// \param undo_escape  called at each backslash, inside quotes, too
    WordReader(std::string_view text, UndoEscape undo_escape);

    /// Whether no word is left.
    [[nodiscard]] bool at_end() const { return m_rest.empty(); }

    /// Takes the next word off the front and returns it unquoted; "" for an empty pair of quotes,
    /// and at the end.
    [[nodiscard]] std::string take_word();

    /// Takes the next word off the front if it stands there as `word`, without quotes or escapes.
    ///
    /// \return whether it did
    [[nodiscard]] bool take_bare(std::string_view word);

  private:
    void skip_blanks();

    std::string_view m_rest;
    UndoEscape m_undo_escape;
};

/// Returns the words of `text` as systemd splits `$VAR` standing alone in a command line
/// (systemd.service(5), "Command lines"). WordReader reads them; a backslash takes the next
/// character as it is, and is dropped at the very end.
[[nodiscard]] std::vector<std::string> split_words(std::string_view text);

/// Returns the parts of `text` between spaces, tabs and newlines, quotes and backslashes being
/// ordinary. A shell makes the same of an unquoted `$*`, except that it also expands patterns to
/// names of files.
[[nodiscard]] std::vector<std::string_view> split_at_blanks(std::string_view text);

/// Returns the part of `text` without those of `characters` that it begins and ends with.
[[nodiscard]] std::string_view trim(std::string_view text, std::string_view characters = " \t\n\r");

} // namespace left4me
