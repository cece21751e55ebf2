#include "generator/text/utf8.hpp"

namespace left4me {

namespace {

struct Sequence {
    std::size_t length;
    char32_t first_bits;
    char32_t smallest;
};

Sequence classify(unsigned char lead) {
    if (lead < 0x80)
        return {1, lead, 0};
    if ((lead & 0xE0U) == 0xC0)
        return {2, lead & 0x1FU, 0x80};
    if ((lead & 0xF0U) == 0xE0)
        return {3, lead & 0x0FU, 0x800};
    if ((lead & 0xF8U) == 0xF0)
        return {4, lead & 0x07U, 0x10000};
    return {0, 0, 0};
}

bool is_character(char32_t c) {
    const bool surrogate = c >= 0xD800 && c <= 0xDFFF;
    const bool noncharacter = (c >= 0xFDD0 && c <= 0xFDEF) || (c & 0xFFFEU) == 0xFFFE;
    return c <= 0x10FFFF && !surrogate && !noncharacter;
}

} // namespace

std::optional<Utf8Character> first_character(std::string_view text) {
    if (text.empty())
        return std::nullopt;
    const Sequence sequence = classify(static_cast<unsigned char>(text.front()));
    if (sequence.length == 0 || sequence.length > text.size())
        return std::nullopt;
    char32_t c = sequence.first_bits;
    for (const char next : text.substr(1, sequence.length - 1)) {
        const auto byte = static_cast<unsigned char>(next);
        if ((byte & 0xC0U) != 0x80)
            return std::nullopt;
        c = (c << 6U) | (byte & 0x3FU);
    }
    if (c < sequence.smallest || !is_character(c))
        return std::nullopt;
    return Utf8Character{c, sequence.length};
}

bool is_valid_utf8(std::string_view text) {
    while (!text.empty()) {
        const auto character = first_character(text);
        if (!character)
            return false;
        text.remove_prefix(character->length);
    }
    return true;
}

} // namespace left4me
