#pragma once

#include <cstddef>
#include <limits>
#include <optional>
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
    /// Why there is no text, for people; empty when there is.
    std::string problem = {};
};

inline constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

/// Flags to open a file with that may turn out to be anything: neither a fifo nor a terminal does
/// harm.
extern const int read_file_flags;

/// Reads what there is, whatever `fd` is, and `limit` bytes at most; at a pipe it waits for the
/// end.
///
/// \param expected  how much there probably is: a read that gives just that is taken for all
/// \return nothing on failure, with errno set
[[nodiscard]] std::optional<std::string>
read_up_to(int fd, std::size_t limit, std::optional<std::size_t> expected = std::nullopt);

/// read_up_to() of what is to be read whole or not at all.
[[nodiscard]] FileReading read_whole(int fd, std::size_t limit,
                                     std::optional<std::size_t> expected = std::nullopt);

/// Reads the whole of a regular file of at most `limit` bytes; anything else is not read at all.
///
/// \param fd  opened with `read_file_flags`
[[nodiscard]] FileReading read_regular_file(int fd, std::size_t limit);

} // namespace left4me
