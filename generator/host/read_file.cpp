#include "host/read_file.hpp"

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
    std::string text(limit + 1, '\0');
    std::size_t length = 0;
    while (length < text.size()) {
        const ssize_t got = ::read(fd, text.data() + length, text.size() - length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return {ReadStatus::failed, {}, errno};
        if (got == 0)
            break;
        length += static_cast<std::size_t>(got);
    }
    if (length > limit)
        return {ReadStatus::too_large, {}};
    text.resize(length);
    return {ReadStatus::done, std::move(text)};
}

} // namespace left4me
