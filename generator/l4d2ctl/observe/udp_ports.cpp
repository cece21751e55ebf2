#include "generator/l4d2ctl/observe/udp_ports.hpp"

#include "generator/host/file_descriptor.hpp"
#include "generator/host/host_tree.hpp"
#include "generator/host/read_file.hpp"
#include "generator/instance/listen_address.hpp"
#include "generator/l4d2ctl/observe/process.hpp"
#include "generator/text/fields.hpp"
#include "generator/text/number_text.hpp"
#include "generator/text/word_split.hpp"

#include <algorithm>
#include <cstddef>
#include <fcntl.h>
#include <fmt/format.h>
#include <iterator>
#include <pwd.h>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace left4me::ctl {

namespace {

constexpr std::size_t largest_table = std::size_t{8} * 1024 * 1024;
/// Of one user; a thousand servers of two each.
constexpr std::size_t most_processes = 4'000;
/// Of the arguments of each: a port stands near their beginning, and anybody may have a socket.
constexpr std::size_t most_bytes = 512;

std::string user_name(std::uint32_t uid) {
    const passwd* const user = ::getpwuid(uid);
    return user == nullptr ? fmt::format("uid {}", uid) : user->pw_name;
}

// proc_text.hpp would bring what removes files, and l4d2ctl shall have nothing of that in it.

/// \return "" if it cannot be read
std::string read_proc(const std::string& path) {
    const FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    return fd ? read_up_to(fd.get(), largest_table).value_or("") : "";
}

std::vector<std::uint64_t> processes_of(std::uint32_t uid) {
    std::vector<std::uint64_t> pids;
    const FileDescriptor proc(::open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!proc)
        return pids;
    for_each_entry(proc.get(), "/proc", no_limit, [&](std::string_view name) {
        const auto pid = parse_number<std::uint64_t>(name);
        struct stat status = {};
        if (pid && *pid != static_cast<std::uint64_t>(::getpid()) && pids.size() < most_processes &&
            ::fstatat(proc.get(), std::string(name).c_str(), &status, 0) == 0 &&
            status.st_uid == uid)
            pids.push_back(*pid);
    });
    return pids;
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Whether a number stands in it that is not part of a longer one.
bool names_number(std::string_view text, std::string_view number) {
    for (std::size_t at = text.find(number); at != std::string_view::npos;
         at = text.find(number, at + 1)) {
        const std::size_t end = at + number.size();
        if ((at == 0 || !is_digit(text[at - 1])) && (end == text.size() || !is_digit(text[end])))
            return true;
    }
    return false;
}

/// Those that name the port; all of them where it is the only one.
std::vector<std::uint64_t> candidates(std::span<const std::uint64_t> pids, std::uint16_t port) {
    const auto arguments = arguments_of_processes(pids, most_bytes);
    const std::string number = std::to_string(port);
    std::vector<std::uint64_t> with_arguments;
    std::vector<std::uint64_t> found;
    for (std::size_t i = 0; i < pids.size(); ++i) {
        // A thread of the kernel, or one that is gone.
        if (arguments[i] && arguments[i]->empty())
            continue;
        with_arguments.push_back(pids[i]);
        if (arguments[i] && std::ranges::any_of(*arguments[i], [&](const std::string& argument) {
                return names_number(argument, number);
            }))
            found.push_back(pids[i]);
    }
    return found.empty() && with_arguments.size() == 1 ? with_arguments : found;
}

/// The first part of its control group that is a service or a scope, and so made by systemd; those
/// below it may be the user's own. "" when it has none.
std::string unit_of(std::uint64_t pid) {
    for (const std::string& line : split(read_proc(fmt::format("/proc/{}/cgroup", pid)), '\n')) {
        // The one that is no old controller's (cgroups(7)).
        if (!line.starts_with("0::"))
            continue;
        const std::vector<std::string> parts = split(line, '/');
        const auto unit = std::ranges::find_if(parts, [](const std::string& part) {
            return part.ends_with(".service") || part.ends_with(".scope");
        });
        return unit == parts.end() ? std::string() : *unit;
    }
    return {};
}

} // namespace

UdpPorts::UdpPorts() {
    for (const char* path : {"/proc/net/udp", "/proc/net/udp6"})
        std::ranges::move(parse_udp_sockets(read_proc(path)), std::back_inserter(m_sockets));
    std::ranges::stable_sort(m_sockets, {}, &UdpSocket::port);
}

const UdpSocket* UdpPorts::find(std::string_view address, std::uint16_t port) const {
    auto socket = std::ranges::lower_bound(m_sockets, port, {}, &UdpSocket::port);
    while (socket != m_sockets.end() && socket->port == port &&
           !addresses_meet(socket->address, address))
        ++socket;
    return socket != m_sockets.end() && socket->port == port ? &*socket : nullptr;
}

PortHolder UdpPorts::holder_of(std::string_view address, std::uint16_t port) const {
    const std::uint32_t uid = find(address, port)->uid;
    PortHolder holder;
    holder.user = user_name(uid);
    const std::vector<std::uint64_t> pids = candidates(processes_of(uid), port);
    std::set<std::string> units;
    for (const std::uint64_t pid : pids)
        units.insert(unit_of(pid));
    if (units.size() == 1)
        holder.unit = *units.begin();
    if (pids.size() == 1) {
        holder.pid = pids.front();
        // Its own to choose; port_taken() escapes it.
        holder.program = trim(read_proc(fmt::format("/proc/{}/comm", holder.pid)), "\n");
    }
    return holder;
}

} // namespace left4me::ctl
