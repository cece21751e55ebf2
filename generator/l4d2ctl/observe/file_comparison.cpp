#include "generator/l4d2ctl/observe/file_comparison.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sys/stat.h>
#include <unistd.h>

namespace left4me::ctl {

namespace {

std::optional<std::uint64_t> size_of(int fd) {
    struct stat status = {};
    if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
        return std::nullopt;
    return static_cast<std::uint64_t>(status.st_size);
}

/// Where there is data from `offset` on; `size` where there is none. On a file system that does not
/// know about holes all is data.
std::uint64_t next_data(int fd, std::uint64_t offset, std::uint64_t size) {
    const off_t found = ::lseek(fd, static_cast<off_t>(offset), SEEK_DATA);
    if (found < 0)
        return errno == ENXIO ? size : offset;
    return std::min(static_cast<std::uint64_t>(found), size);
}

bool read_block(int fd, char* block, std::size_t length, std::uint64_t offset) {
    for (std::size_t done = 0; done < length;) {
        const ssize_t got =
            ::pread(fd, block + done, length - done, static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        done += static_cast<std::size_t>(got);
    }
    return true;
}

} // namespace

std::optional<bool> FileComparison::have_equal_contents(int one, int other) {
    const auto size = size_of(one);
    const auto other_size = size_of(other);
    if (!size || !other_size)
        return std::nullopt;
    if (size != other_size)
        return false;
    for (std::uint64_t offset = 0;;) {
        offset = std::min(next_data(one, offset, *size), next_data(other, offset, *size));
        if (offset >= *size)
            return true;
        const auto length =
            static_cast<std::size_t>(std::min<std::uint64_t>(block_size, *size - offset));
        if (m_left < length)
            return std::nullopt;
        m_left -= length;
        if (const auto equal = has_equal_block(one, other, offset, length); equal != true)
            return equal;
        offset += length;
    }
}

std::optional<bool> FileComparison::has_equal_block(int one, int other, std::uint64_t offset,
                                                    std::size_t length) {
    m_block.resize(block_size);
    m_other_block.resize(block_size);
    if (!read_block(one, m_block.data(), length, offset) ||
        !read_block(other, m_other_block.data(), length, offset))
        return std::nullopt;
    return std::memcmp(m_block.data(), m_other_block.data(), length) == 0;
}

} // namespace left4me::ctl
