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
    /// Empty unless it is done.
    std::string text;
    /// The errno if it has failed, otherwise 0.
    int error = 0;
    /// Why there is no text, for people; empty if it is done.
    std::string problem = {};
};

/// No limit, for read_up_to() and for_each_entry(); not for read_whole() and read_regular_file().
inline constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

/// Flags for opening a file that may turn out to be anything: neither a fifo nor a terminal does
/// harm.
extern const int read_file_flags;

/// Reads what there is, whatever `fd` is, and `limit` bytes at most; at a pipe it waits for the
/// end.
///
/// \param fd        opened for reading; stays the caller's
/// \param expected  how many bytes there probably are; if a read gives just that, it is all
/// \return nothing on failure, with errno set
[[nodiscard]] std::optional<std::string>
read_up_to(int fd, std::size_t limit, std::optional<std::size_t> expected = std::nullopt);

/// Reads as read_up_to() does, except that a text longer than `limit` is too large and not given.
///
/// \param limit  in bytes; less than `no_limit`
[[nodiscard]] FileReading read_whole(int fd, std::size_t limit,
                                     std::optional<std::size_t> expected = std::nullopt);

/// Reads the whole of a regular file of at most `limit` bytes; anything else is not read at all.
///
/// \param fd     opened with `read_file_flags`; stays the caller's
/// \param limit  in bytes; less than `no_limit`
[[nodiscard]] FileReading read_regular_file(int fd, std::size_t limit);

} // namespace left4me
