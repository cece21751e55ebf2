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

/// What the compiler calls this function: no standard one tells a value's name. It ends in
/// `= Colour::red]`, or, for a value that its enum does not name, in a cast, `= (Colour)8]`.
template <auto value>
[[nodiscard]] constexpr const char* signature() {
    return __PRETTY_FUNCTION__;
}

/// Whether `value` is one that its enum names.
template <auto value>
[[nodiscard]] constexpr bool is_enumerator() {
    constexpr std::string_view text = signature<value>();
    return text.find_first_not_of("0123456789]", text.rfind(')') + 1) != std::string_view::npos;
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

template <typename Enum, std::size_t... i>
[[nodiscard]] constexpr auto names_of_values(std::index_sequence<i...> /*places*/) {
    std::array names = {std::string_view(signature<enumerators<Enum>[i]>())...};
    for (std::string_view& name : names) {
        name.remove_prefix(name.rfind(':') + 1);
        name.remove_suffix(1);
    }
    return names;
}

/// The name of a value in its enum, for where that is what JSON calls it: who renames it changes
/// JSON. packaging/schema lists the names, and the golden tests hold the output to that.
///
/// \param value  one that its enum names
template <typename Enum>
[[nodiscard]] constexpr std::string_view enum_name(Enum value) {
    constexpr auto& values = enumerators<Enum>;
    constexpr auto names = names_of_values<Enum>(std::make_index_sequence<values.size()>());
    return names[static_cast<std::size_t>(std::ranges::find(values, value) - values.begin())];
}

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
