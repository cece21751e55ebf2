#pragma once

#include "generator/host/read_file.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace left4me {

// Looks into /proc and /sys. Whatever is read there can be gone the next moment; it then has no
// names, no target and no text.

/// Returns the names in a directory except `.` and `..`, in no order; those read until then if
/// reading it fails.
[[nodiscard]] std::vector<std::string> names_in(const std::filesystem::path& directory);

/// Returns the ids of all processes in /proc, in no order.
[[nodiscard]] std::vector<std::string> list_processes();

/// Returns where a symlink leads; "" if it cannot be read.
[[nodiscard]] std::string target_of(const std::filesystem::path& link);

/// Returns the first `limit` bytes of a file; "" if it cannot be read.
[[nodiscard]] std::string read_text(const std::filesystem::path& file,
                                    std::size_t limit = no_limit);

/// Returns the first line of a file without its newline; "" if it cannot be read.
[[nodiscard]] std::string first_line_of(const std::filesystem::path& file);

/// Returns the name that a process has chosen (proc(5), /proc/PID/comm); "" if it is gone. The name
/// is in quotes if it could be taken for more than a name.
[[nodiscard]] std::string command_of(const std::string& pid);

/// Returns the directory in /proc of a thread that shows what all threads of a process share. The
/// first thread shows nothing if it has ended before the others. If no thread shows anything, it
/// is `/proc/PID`.
[[nodiscard]] std::filesystem::path living_thread_of(const std::string& pid);

} // namespace left4me
