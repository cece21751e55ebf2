#include "generator/l4d2ctl/observe/process.hpp"

#include "generator/host/file_descriptor.hpp"
#include "generator/host/limited_search.hpp"
#include "generator/host/read_file.hpp"
#include "generator/text/fields.hpp"

#include <chrono>
#include <cstddef>
#include <fcntl.h>
#include <fmt/format.h>
#include <string_view>

namespace left4me::ctl {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view end_mark = "\0\0end"sv;
constexpr std::chrono::seconds longest_wait{1};
constexpr int most_waited_for = 3;
constexpr std::size_t largest_size = std::size_t{128} * 1024;

std::string read_arguments(std::uint64_t pid) {
    const FileDescriptor fd(
        ::open(fmt::format("/proc/{}/cmdline", pid).c_str(), O_RDONLY | O_CLOEXEC));
    return fd ? read_up_to(fd.get(), largest_size).value_or("") : "";
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
                arguments[next++] = split(text.substr(0, text.size() - end_mark.size()), '\0');
        // The one that did not answer; those behind it may.
        ++next;
    }
    return arguments;
}

} // namespace left4me::ctl
