#include "generator/l4d2ctl/observe/process.hpp"

#include "generator/host/file_descriptor.hpp"
#include "generator/host/limited_search.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <fcntl.h>
#include <fmt/format.h>
#include <string_view>
#include <unistd.h>

namespace left4me::ctl {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view end_mark = "\0\0end"sv;
constexpr std::chrono::seconds longest_wait{1};
constexpr int most_waited_for = 3;
constexpr std::size_t first_size = 4096;
constexpr std::size_t largest_size = std::size_t{128} * 1024;

std::string read_up_to_limit(int fd) {
    std::string text(first_size, '\0');
    std::size_t length = 0;
    for (;;) {
        if (length == text.size() && length < largest_size)
            text.resize(std::min(2 * length, largest_size));
        const ssize_t got = ::read(fd, text.data() + length, text.size() - length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        length += static_cast<std::size_t>(got);
    }
    text.resize(length);
    return text;
}

std::string read_arguments(std::uint64_t pid) {
    const FileDescriptor fd(
        ::open(fmt::format("/proc/{}/cmdline", pid).c_str(), O_RDONLY | O_CLOEXEC));
    return fd ? read_up_to_limit(fd.get()) : std::string();
}

std::vector<std::string> split_at_ends(std::string_view text) {
    std::vector<std::string> arguments;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\0'), text.size());
        arguments.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return arguments;
}

} // namespace

std::vector<std::optional<std::vector<std::string>>>
arguments_of_processes(std::span<const std::uint64_t> pids) {
    std::vector<std::optional<std::vector<std::string>>> arguments(pids.size());
    std::size_t next = 0;
    for (int tries = 0; tries < most_waited_for && next < pids.size(); ++tries) {
        const LimitedSearch search = run_limited(longest_wait, [&](const auto& report) {
            for (const std::uint64_t pid : pids.subspan(next))
                report(read_arguments(pid).append(end_mark));
        });
        for (const std::string_view text : search.found)
            // What was cut off when the time was up is no answer.
            if (next < pids.size() && text.ends_with(end_mark))
                arguments[next++] = split_at_ends(text.substr(0, text.size() - end_mark.size()));
        // The one that did not answer; those behind it may.
        ++next;
    }
    return arguments;
}

} // namespace left4me::ctl
