#include "generator/text/invisible.hpp"

#include <algorithm>
#include <array>

namespace left4me {

namespace {

struct Range {
    char32_t first;
    char32_t last;
};

/// Of the Unicode Character Database: Default_Ignorable_Code_Point (DerivedCoreProperties.txt), the
/// general categories Cf, Zs and Co (UnicodeData.txt), and the empty cell of Braille. In order.
constexpr std::array ranges = {
    Range{0xA0, 0xA0},       Range{0xAD, 0xAD},         Range{0x34F, 0x34F},
    Range{0x600, 0x605},     Range{0x61C, 0x61C},       Range{0x6DD, 0x6DD},
    Range{0x70F, 0x70F},     Range{0x890, 0x891},       Range{0x8E2, 0x8E2},
    Range{0x115F, 0x1160},   Range{0x1680, 0x1680},     Range{0x17B4, 0x17B5},
    Range{0x180B, 0x180F},   Range{0x2000, 0x200F},     Range{0x202A, 0x202F},
    Range{0x205F, 0x206F},   Range{0x2800, 0x2800},     Range{0x3000, 0x3000},
    Range{0x3164, 0x3164},   Range{0xE000, 0xF8FF},     Range{0xFE00, 0xFE0F},
    Range{0xFEFF, 0xFEFF},   Range{0xFFA0, 0xFFA0},     Range{0xFFF0, 0xFFFB},
    Range{0x110BD, 0x110BD}, Range{0x110CD, 0x110CD},   Range{0x13430, 0x1343F},
    Range{0x1BCA0, 0x1BCA3}, Range{0x1D173, 0x1D17A},   Range{0xE0000, 0xE0FFF},
    Range{0xF0000, 0xFFFFD}, Range{0x100000, 0x10FFFD},
};

static_assert(std::ranges::is_sorted(ranges, {}, &Range::first));

} // namespace

bool is_invisible(char32_t code_point) {
    const auto* const found = std::ranges::lower_bound(ranges, code_point, {}, &Range::last);
    return found != ranges.end() && code_point >= found->first;
}

} // namespace left4me
