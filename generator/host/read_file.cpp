#include "generator/host/read_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace left4me {

const int read_file_flags = O_RDONLY | O_NONBLOCK | O_NOCTTY;

FileReading read_regular_file(int fd, std::size_t limit) {
    struct stat status = {};
    if (::fstat(fd, &status) != 0)
        return {ReadStatus::failed, {}, errno};
    if (!S_ISREG(status.st_mode))
        return {ReadStatus::not_a_regular_file, {}};

    // The size is only a hint: the owner of the file may be writing to it.
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size > limit)
        return {ReadStatus::too_large, {}};
    std::string text(size + 1, '\0');
    std::size_t length = 0;
    for (;;) {
        if (length == text.size() && length <= limit)
            text.resize(limit + 1);
        if (length > limit)
            return {ReadStatus::too_large, {}};
        const ssize_t got = ::read(fd, text.data() + length, text.size() - length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return {ReadStatus::failed, {}, errno};
        const bool short_read = static_cast<std::size_t>(got) < text.size() - length;
        length += static_cast<std::size_t>(got);
        // All that there was, and more was asked for: no second read is needed to know the end.
        if (got == 0 || (short_read && length == size))
            break;
    }
    text.resize(length);
    return {ReadStatus::done, std::move(text)};
}

} // namespace left4me
