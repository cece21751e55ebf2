#include "generator/text/encoding.hpp"

#include <array>
#include <cstddef>

namespace left4me {

namespace {

/// Whether Windows-1252 has a character for a byte beyond ASCII.
bool is_in_windows_1252(char byte) {
    constexpr std::string_view undefined = "\x81\x8d\x8f\x90\x9d";
    return undefined.find(byte) == std::string_view::npos;
}

bool is_ascii(char byte) {
    return static_cast<unsigned char>(byte) < 0x80;
}

} // namespace

std::string_view name_of_utf16(std::string_view text) {
    if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff"))
        return "UTF-16";
    std::array<std::size_t, 2> nuls = {};
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] == '\0')
            ++nuls[i % 2];
    // A NUL is the upper half of an ASCII character, and now and then the lower one of another.
    const auto are_upper_halves = [&](std::size_t upper, std::size_t lower) {
        return upper >= text.size() / 8 && upper > 2 + 4 * lower;
    };
    if (are_upper_halves(nuls[1], nuls[0]))
        return "UTF-16LE";
    return are_upper_halves(nuls[0], nuls[1]) ? "UTF-16BE" : "";
}

bool is_like_latin1(std::string_view text) {
    bool found = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (is_ascii(text[i]))
            continue;
        if (!is_in_windows_1252(text[i]) || (i + 1 < text.size() && !is_ascii(text[i + 1])))
            return false;
        found = true;
    }
    return found;
}

} // namespace left4me
