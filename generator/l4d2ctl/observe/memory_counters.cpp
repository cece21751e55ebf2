#include "l4d2ctl/observe/memory_counters.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <fmt/format.h>
#include <system_error>
#include <unistd.h>

namespace left4me::ctl {

namespace {

constexpr const char* slice_path = "/sys/fs/cgroup/l4d2.slice/l4d2-game.slice";

} // namespace

MemoryCounters::MemoryCounters()
    : m_slice(::open(slice_path, O_PATH | O_DIRECTORY | O_CLOEXEC)),
      // Where the slice is not, nothing runs in it, and of what runs elsewhere nothing is known.
      m_exist(!m_slice || ::faccessat(m_slice.get(), "memory.current", F_OK, 0) == 0) {}

std::optional<std::uint64_t> MemoryCounters::read(const std::string& instance) const {
    if (!m_slice)
        return std::nullopt;
    const std::string counter = fmt::format("l4d2@{}.service/memory.current", instance);
    const FileDescriptor fd(::openat(m_slice.get(), counter.c_str(), O_RDONLY | O_CLOEXEC));
    std::array<char, 32> text = {};
    const ssize_t length = fd ? ::read(fd.get(), text.data(), text.size()) : -1;
    std::uint64_t bytes = 0;
    if (length <= 0 || std::from_chars(text.data(), text.data() + length, bytes).ec != std::errc())
        return std::nullopt;
    return bytes;
}

} // namespace left4me::ctl
