#pragma once

#include <cstddef>
#include <string>

namespace left4me {

enum class ReadStatus {
    done,
    /// A directory, device, fifo or socket.
    not_a_regular_file,
    too_large,
    /// `error` says why.
    failed,
};

struct FileReading {
    ReadStatus status;
    std::string text;
    int error = 0;
};

/// Flags to open a file with that may turn out to be anything: neither a fifo nor a terminal does
/// harm.
extern const int read_file_flags;

/// Reads the whole of a regular file of at most `limit` bytes; anything else is not read at all.
///
/// \param fd  opened with `read_file_flags`
[[nodiscard]] FileReading read_regular_file(int fd, std::size_t limit);

} // namespace left4me
