#pragma once

#include "generator/host/read_file.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace left4me {

// Looks into /proc and /sys. Whatever is read there can be gone the next moment; it then has no
// names, no target and no text.

[[nodiscard]] std::vector<std::string> names_in(const std::filesystem::path& directory);

/// The ids of all processes.
[[nodiscard]] std::vector<std::string> list_processes();

[[nodiscard]] std::string target_of(const std::filesystem::path& link);

/// \param limit  bytes
[[nodiscard]] std::string read_text(const std::filesystem::path& file,
                                    std::size_t limit = no_limit);

[[nodiscard]] std::string first_line_of(const std::filesystem::path& file);

/// What a process is called; in quotes where it could be taken for more than a name, which is its
/// own to choose.
[[nodiscard]] std::string command_of(const std::string& pid);

/// A directory in /proc that shows what the threads of a process share. The first thread shows
/// nothing when it has ended before the others.
[[nodiscard]] std::filesystem::path living_thread_of(const std::string& pid);

} // namespace left4me
