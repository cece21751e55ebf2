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

std::string cgroup_of(const std::string& instance) {
    return fmt::format("l4d2@{}.service", instance);
}

} // namespace

MemoryCounters::MemoryCounters() : m_slice(::open(slice_path, O_PATH | O_DIRECTORY | O_CLOEXEC)) {}

bool MemoryCounters::know(const std::string& instance) const {
    return m_slice && ::faccessat(m_slice.get(), cgroup_of(instance).c_str(), F_OK, 0) == 0;
}

std::optional<std::uint64_t> MemoryCounters::read(const std::string& instance) const {
    const FileDescriptor fd(m_slice ? ::openat(m_slice.get(),
                                               (cgroup_of(instance) + "/memory.current").c_str(),
                                               O_RDONLY | O_CLOEXEC)
                                    : -1);
    std::array<char, 32> text = {};
    const ssize_t length = fd ? ::read(fd.get(), text.data(), text.size()) : -1;
    std::uint64_t bytes = 0;
    if (length <= 0 || std::from_chars(text.data(), text.data() + length, bytes).ec != std::errc())
        return std::nullopt;
    return bytes;
}

} // namespace left4me::ctl
