#include "generator/overlay/scan_mark.hpp"

#include "generator/host/file_status.hpp"
#include "generator/overlay/foreign_marks.hpp"

#include <array>
#include <fmt/format.h>
#include <string_view>
#include <sys/xattr.h>

namespace left4me {

ScanMark::ScanMark(int upper, const std::string& path)
    : m_path(fmt::format("/proc/self/fd/{}", upper)) {
    const struct statx status = status_of(upper, STATX_INO | STATX_BTIME, path);
    // Zeros where the file system does not note when a file was made.
    m_value = fmt::format("rules={} inode={} made={}.{:09}", foreign_mark_rules, status.stx_ino,
                          status.stx_btime.tv_sec, status.stx_btime.tv_nsec);
}

bool ScanMark::is_set() const {
    std::array<char, 256> value = {};
    const ssize_t length = ::getxattr(m_path.c_str(), attribute, value.data(), value.size());
    return length >= 0 &&
           std::string_view(value.data(), static_cast<std::size_t>(length)) == m_value;
}

} // namespace left4me
