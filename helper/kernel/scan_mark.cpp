#include "kernel/scan_mark.hpp"

#include "host/system_error.hpp"
#include "plan/foreign_marks.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <string_view>
#include <sys/stat.h>
#include <sys/xattr.h>

namespace left4me {

namespace {

constexpr const char* attribute = "trusted.left4me.scanned";

std::string to_text(const struct statx_timestamp& time) {
    return fmt::format("{}.{:09}", time.tv_sec, time.tv_nsec);
}

} // namespace

ScanMark::ScanMark(int upper, const std::string& path)
    : m_directory(fmt::format("/proc/self/fd/{}", upper)) {
    struct statx status = {};
    if (::statx(upper, "", AT_EMPTY_PATH, STATX_INO | STATX_MTIME | STATX_BTIME, &status) != 0)
        throw SystemError("statx", path, errno);
    // Zeros where the file system does not note when a file was made.
    m_value = fmt::format("rules={} inode={} made={} changed={}", foreign_mark_rules,
                          status.stx_ino, to_text(status.stx_btime), to_text(status.stx_mtime));
}

bool ScanMark::is_set() const {
    std::array<char, 256> value = {};
    const ssize_t length = ::getxattr(m_directory.c_str(), attribute, value.data(), value.size());
    return length >= 0 &&
           std::string_view(value.data(), static_cast<std::size_t>(length)) == m_value;
}

void ScanMark::set() const {
    ::setxattr(m_directory.c_str(), attribute, m_value.data(), m_value.size(), 0);
}

} // namespace left4me
