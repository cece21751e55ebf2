#include "generator/host/read_file.hpp"

#include "generator/host/system_error.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace left4me {

namespace {

FileReading failed(int error) {
    return {ReadStatus::failed, {}, error, describe_errno(error)};
}

FileReading too_large(std::size_t limit) {
    return {ReadStatus::too_large, {}, 0, fmt::format("larger than {} bytes", limit)};
}

} // namespace

const int read_file_flags = O_RDONLY | O_NONBLOCK | O_NOCTTY;

std::optional<std::string> read_up_to(int fd, std::size_t limit,
                                      std::optional<std::size_t> expected) {
    constexpr std::size_t usual_size = 16384;
    std::string text(std::min(expected ? *expected + 1 : usual_size, limit), '\0');
    for (std::size_t length = 0;;) {
        const ssize_t got = ::read(fd, text.data() + length, text.size() - length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return std::nullopt;
        length += static_cast<std::size_t>(got);
        // All that was expected, and more was asked for: no second read is needed to know the end.
        if (got == 0 || length == limit || (length == expected && length < text.size())) {
            text.resize(length);
            return text;
        }
        if (length == text.size())
            text.resize(std::min(std::max(2 * length, usual_size), limit));
    }
}

FileReading read_whole(int fd, std::size_t limit, std::optional<std::size_t> expected) {
    auto text = read_up_to(fd, limit + 1, expected);
    if (!text)
        return failed(errno);
    if (text->size() > limit)
        return too_large(limit);
    return {ReadStatus::done, *std::move(text)};
}

FileReading read_regular_file(int fd, std::size_t limit) {
    struct stat status = {};
    if (::fstat(fd, &status) != 0)
        return failed(errno);
    if (!S_ISREG(status.st_mode))
        return {ReadStatus::not_a_regular_file, {}, 0, "not a regular file"};
    // The size is only a hint: the owner of the file may be writing to it.
    const auto size = static_cast<std::size_t>(status.st_size);
    return size > limit ? too_large(limit) : read_whole(fd, limit, size);
}

} // namespace left4me
