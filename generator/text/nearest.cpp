#include "generator/text/nearest.hpp"

#include "generator/text/ascii.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

namespace left4me {

namespace {

/// A word is compared up to here only: it may come from a hostile file and be as long as that.
constexpr std::size_t compared_length = 64;

std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t substitution =
                diagonal + (ascii_lower(a[i]) == ascii_lower(b[j]) ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({substitution, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

} // namespace

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates) {
    word = word.substr(0, compared_length);
    return *std::ranges::min_element(
        candidates, {}, [word](std::string_view candidate) { return distance(word, candidate); });
}

} // namespace left4me
