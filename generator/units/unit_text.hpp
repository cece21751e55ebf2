#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace left4me {

/// The text of a unit file or drop-in while it is being written, headed as generated.
///
/// Values are written as they come: what goes into one passes through `escape_specifiers` or
/// `quote_word` first.
class UnitText {
  public:
    UnitText();

    UnitText& section(std::string_view name);
    UnitText& set(std::string_view key, std::string_view value);

    [[nodiscard]] const std::string& str() const& { return m_text; }

    [[nodiscard]] std::string str() && { return std::move(m_text); }

  private:
    std::string m_text;
};

} // namespace left4me
