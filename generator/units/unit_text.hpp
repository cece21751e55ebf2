#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace left4me {

/// The text of a unit file or drop-in while it is being written, headed as generated.
///
/// Values are written as they come: what goes into one passes through `escape_specifiers` or
/// `quote_word` first. The last line of defence is set(), which takes no value that would go on
/// behind its line.
class UnitText {
  public:
    UnitText();

    UnitText& section(std::string_view name);

    /// \throw std::invalid_argument for a value with a newline, or a backslash at its end
    UnitText& set(std::string_view key, std::string_view value);

    [[nodiscard]] const std::string& str() const& { return m_text; }

    [[nodiscard]] std::string str() && { return std::move(m_text); }

  private:
    std::string m_text;
};

} // namespace left4me
