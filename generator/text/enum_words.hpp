#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace left4me {

/// Whether `value` is one that its enum names. No standard function tells; g++ and clang write a
/// value without a name as a cast, `(Colour)8`.
template <auto value>
[[nodiscard]] constexpr bool is_enumerator() {
    constexpr std::string_view signature = __PRETTY_FUNCTION__;
    constexpr std::string_view behind_cast = signature.substr(signature.rfind(')') + 1);
    return behind_cast.find_first_not_of("0123456789]") != std::string_view::npos;
}

template <typename Enum, int... value>
[[nodiscard]] constexpr auto named_values(std::integer_sequence<int, value...> /*candidates*/) {
    constexpr std::array is_named = {is_enumerator<static_cast<Enum>(value)>()...};
    std::array<Enum, std::ranges::count(is_named, true)> named = {};
    for (std::size_t i = 0, count = 0; i < is_named.size(); ++i)
        if (is_named[i])
            named[count++] = static_cast<Enum>(i);
    return named;
}

/// All values that an enum names, in their order. None may be below 0 or above 127.
template <typename Enum>
inline constexpr auto enumerators = named_values<Enum>(std::make_integer_sequence<int, 128>());

/// What belongs to each value of an enum: a word, or whatever else `Word` is. It does not compile
/// when a value is missing or stands there twice.
///
///     constexpr EnumWords<Colour> words = {{Colour::red, "red"}, {Colour::green, "green"}};
template <typename Enum, typename Word = const char*>
class EnumWords {
  public:
    using Entry = std::pair<Enum, Word>;

    consteval EnumWords(std::initializer_list<Entry> entries) {
        if (entries.size() != m_entries.size())
            throw std::logic_error("not as many entries as the enum has values");
        std::ranges::copy(entries, m_entries.begin());
        for (const Enum value : enumerators<Enum>)
            if (std::ranges::count(m_entries, value, &Entry::first) != 1)
                throw std::logic_error("a value is missing");
    }

    [[nodiscard]] constexpr const Word& operator[](Enum value) const {
        return std::ranges::find(m_entries, value, &Entry::first)->second;
    }

    /// The value that a word stands for.
    ///
    /// \return nothing when it stands for none
    [[nodiscard]] constexpr std::optional<Enum> find(std::string_view word) const {
        for (const auto& [value, own_word] : m_entries)
            if (word == own_word)
                return value;
        return std::nullopt;
    }

  private:
    std::array<Entry, enumerators<Enum>.size()> m_entries = {};
};

} // namespace left4me
