#include "l4d2ctl/observe/process.hpp"

#include "host/file_descriptor.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <fcntl.h>
#include <fmt/format.h>
#include <string_view>
#include <unistd.h>

namespace left4me::ctl {

namespace {

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

} // namespace

std::vector<std::string> arguments_of_process(std::uint64_t pid) {
    const FileDescriptor fd(
        ::open(fmt::format("/proc/{}/cmdline", pid).c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd)
        return {};
    const std::string text = read_up_to_limit(fd.get());
    std::vector<std::string> arguments;
    for (std::string_view rest = text; !rest.empty();) {
        const std::size_t end = std::min(rest.find('\0'), rest.size());
        arguments.emplace_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return arguments;
}

} // namespace left4me::ctl
