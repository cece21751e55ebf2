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

/// Returns what the compiler calls this function, since the standard has no function that names a
/// value. The text ends in `= Colour::red]`, or in a cast if the enum does not name the value:
/// `= (Colour)8]` (GCC's manual, "Function Names as Strings").
template <auto value>
[[nodiscard]] constexpr const char* signature() {
    return __PRETTY_FUNCTION__;
}

/// Whether the enum of `value` names it.
template <auto value>
[[nodiscard]] constexpr bool is_enumerator() {
    constexpr std::string_view text = signature<value>();
    return text.find_first_not_of("0123456789]", text.rfind(')') + 1) != std::string_view::npos;
}

/// Returns an array of those candidates, 0 and up, that `Enum` names.
template <typename Enum, int... value>
[[nodiscard]] constexpr auto named_values(std::integer_sequence<int, value...> /*candidates*/) {
    constexpr std::array is_named = {is_enumerator<static_cast<Enum>(value)>()...};
    std::array<Enum, std::ranges::count(is_named, true)> named = {};
    for (std::size_t i = 0, count = 0; i < is_named.size(); ++i)
        if (is_named[i])
            named[count++] = static_cast<Enum>(i);
    return named;
}

/// All values that an enum names, the smallest first. One below 0 or above 127 would be left out.
template <typename Enum>
inline constexpr auto enumerators = named_values<Enum>(std::make_integer_sequence<int, 128>());

/// Returns the names of `enumerators<Enum>`, in the same order and without the enum's own name.
template <typename Enum, std::size_t... i>
[[nodiscard]] constexpr auto names_of_values(std::index_sequence<i...> /*places*/) {
    std::array names = {std::string_view(signature<enumerators<Enum>[i]>())...};
    for (std::string_view& name : names) {
        name.remove_prefix(name.rfind(':') + 1);
        name.remove_suffix(1);
    }
    return names;
}

/// Returns the name of a value in its enum, for use where JSON calls it the same. Renaming it
/// changes JSON: packaging/schema lists the names, and the golden tests hold the output to that.
///
/// \param value  one that its enum names; any other is undefined behaviour
template <typename Enum>
[[nodiscard]] constexpr std::string_view enum_name(Enum value) {
    constexpr auto& values = enumerators<Enum>;
    constexpr auto names = names_of_values<Enum>(std::make_index_sequence<values.size()>());
    return names[static_cast<std::size_t>(std::ranges::find(values, value) - values.begin())];
}

/// What belongs to each value of an enum: a word, or whatever else `Word` is. A value that is
/// missing or stands there twice does not compile.
///
///     constexpr EnumWords<Colour> words = {{Colour::red, "red"}, {Colour::green, "green"}};
template <typename Enum, typename Word = const char*>
class EnumWords {
  public:
    using Entry = std::pair<Enum, Word>;

    /// \param entries  one for each value that the enum names, in any order
    /// \throw std::logic_error otherwise, which is an error of the compiler here
    consteval EnumWords(std::initializer_list<Entry> entries) {
        if (entries.size() != m_entries.size())
            throw std::logic_error("not as many entries as the enum has values");
        std::ranges::copy(entries, m_entries.begin());
        for (const Enum value : enumerators<Enum>)
            if (std::ranges::count(m_entries, value, &Entry::first) != 1)
                throw std::logic_error("a value is missing");
    }

    /// Returns what belongs to `value`, which its enum has to name.
    [[nodiscard]] constexpr const Word& operator[](Enum value) const {
        return std::ranges::find(m_entries, value, &Entry::first)->second;
    }

    /// Returns the value that `word` belongs to; nothing if it belongs to none.
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
