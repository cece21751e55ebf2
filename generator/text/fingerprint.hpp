#pragma once

#include <cstdint>
#include <string_view>

namespace left4me {

/// Returns a number by which a text is known again (FNV-1a, 64 bits). It tells people that a file
/// has changed. It protects nothing, since somebody who tries finds another text with the same one.
[[nodiscard]] constexpr std::uint64_t fingerprint(std::string_view text) {
    constexpr std::uint64_t offset_basis = 0xcbf29ce484222325;
    constexpr std::uint64_t prime = 0x100000001b3;
    std::uint64_t hash = offset_basis;
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * prime;
    return hash;
}

} // namespace left4me
