#include "generator/l4d2ctl/observe/server_cgroups.hpp"

#include <array>
#include <charconv>
#include <cstddef>
#include <fcntl.h>
#include <fmt/format.h>
#include <string_view>
#include <system_error>
#include <unistd.h>

namespace left4me::ctl {

namespace {

constexpr const char* slice_path = "/sys/fs/cgroup/l4d2.slice/l4d2-game.slice";

/// \return nothing when that is not all that there is
std::optional<std::uint64_t> number_in_line(std::string_view line) {
    std::uint64_t number = 0;
    const char* const end = line.data() + line.size();
    const auto [stopped, error] = std::from_chars(line.data(), end, number);
    if (error != std::errc() || std::string_view(stopped, end) != "\n")
        return std::nullopt;
    return number;
}

} // namespace

ServerCgroups::ServerCgroups()
    : m_slice(::open(slice_path, O_PATH | O_DIRECTORY | O_CLOEXEC)),
      // Where the slice is not, nothing runs in it, and of what runs elsewhere nothing is known.
      m_count_memory(!m_slice || ::faccessat(m_slice.get(), "memory.current", F_OK, 0) == 0) {}

std::optional<std::uint64_t> ServerCgroups::memory_of(const std::string& instance) const {
    return number_in_line(read(instance, "memory.current"));
}

std::optional<std::uint64_t> ServerCgroups::only_process_of(const std::string& instance) const {
    const auto pid = number_in_line(read(instance, "cgroup.procs"));
    // That of a process that is not in our PID namespace.
    return pid == 0 ? std::nullopt : pid;
}

/// The first bytes of the file, as many as a number takes and more.
std::string ServerCgroups::read(const std::string& instance, const char* file) const {
    if (!m_slice)
        return {};
    const std::string path = fmt::format("l4d2@{}.service/{}", instance, file);
    const FileDescriptor fd(::openat(m_slice.get(), path.c_str(), O_RDONLY | O_CLOEXEC));
    std::array<char, 64> text = {};
    const ssize_t length = fd ? ::read(fd.get(), text.data(), text.size()) : -1;
    return {text.data(), length < 0 ? 0 : static_cast<std::size_t>(length)};
}

} // namespace left4me::ctl
