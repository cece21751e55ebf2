#include "generator/l4d2ctl/observe/server_cgroups.hpp"

#include "generator/host/read_file.hpp"
#include "generator/text/fields.hpp"
#include "generator/text/number_text.hpp"
#include "generator/units/unit_names.hpp"

#include <algorithm>
#include <cstddef>
#include <fcntl.h>
#include <fmt/format.h>
#include <string_view>
#include <unistd.h>
#include <vector>

namespace left4me::ctl {

namespace {

constexpr const char* slice_path = "/sys/fs/cgroup/l4d2.slice/l4d2-game.slice";
/// A server has some ten processes at most; of more, systemd is asked.
constexpr std::size_t longest_text = 4096;

std::string read_at(int directory, const std::string& path) {
    const FileDescriptor fd(::openat(directory, path.c_str(), O_RDONLY | O_CLOEXEC));
    return fd ? read_up_to(fd.get(), longest_text).value_or("") : "";
}

/// The fourth field of proc(5)'s /proc/pid/stat, behind a name in parentheses of any bytes.
std::string parent_of(const std::string& pid) {
    const std::string text = read_at(AT_FDCWD, fmt::format("/proc/{}/stat", pid));
    std::string_view rest =
        std::string_view(text).substr(std::min(text.rfind(')') + 1, text.size()));
    constexpr int fields_before = 2;
    for (int i = 0; i < fields_before; ++i)
        take_until(rest, ' ');
    return std::string(take_until(rest, ' '));
}

} // namespace

ServerCgroups::ServerCgroups()
    : m_slice(::open(slice_path, O_PATH | O_DIRECTORY | O_CLOEXEC)),
      // Where the slice is not, nothing runs in it, and of what runs elsewhere nothing is known.
      m_count_memory(!m_slice || ::faccessat(m_slice.get(), "memory.current", F_OK, 0) == 0) {}

std::optional<std::uint64_t> ServerCgroups::memory_of(const std::string& instance) const {
    if (!m_count_memory)
        return std::nullopt;
    const std::string text = read(instance, "memory.current");
    return parse_number<std::uint64_t>(std::string_view(text).substr(0, text.find('\n')));
}

std::optional<std::uint64_t> ServerCgroups::main_process_of(const std::string& instance) const {
    const std::vector<std::string> pids = split(read(instance, "cgroup.procs"), '\n');
    std::optional<std::uint64_t> found;
    for (const std::string& pid : pids) {
        if (pid == "0")
            return std::nullopt;
        if (pids.size() > 1 && std::ranges::find(pids, parent_of(pid)) != pids.end())
            continue;
        if (found)
            return std::nullopt;
        found = parse_number<std::uint64_t>(pid);
    }
    return found;
}

std::string ServerCgroups::read(const std::string& instance, const char* file) const {
    return m_slice ? read_at(m_slice.get(), fmt::format("{}/{}", service_name(instance), file))
                   : std::string();
}

} // namespace left4me::ctl
