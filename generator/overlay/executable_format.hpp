#pragma once

#include "generator/text/diagnostic.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace left4me {

/// How much of a file read_executable_format() takes: headers and first lines of real programs are
/// far shorter.
inline constexpr std::size_t most_executable_head = 4096;

/// What a file is to execve(2), as far as its first bytes tell. Its author may be a stranger.
struct ExecutableFormat {
    /// What keeps it from being executed wherever it lies: the end of a sentence about it, such as
    /// "is empty".
    std::optional<Complaint> fault;
    /// What executes a script, as its first line says; empty for a program.
    std::string interpreter;
    /// Where the path of a program's interpreter stands in the file (elf(5), PT_INTERP).
    std::uint64_t interpreter_offset = 0;
    /// 0 where there is none.
    std::uint64_t interpreter_size = 0;
};

/// \param head  the first bytes of the file, at most most_executable_head
/// \param size  of the whole file
[[nodiscard]] ExecutableFormat read_executable_format(std::string_view head, std::uint64_t size);

} // namespace left4me
