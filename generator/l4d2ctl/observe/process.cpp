#include "generator/l4d2ctl/observe/process.hpp"

#include "generator/host/file_descriptor.hpp"
#include "generator/host/limited_search.hpp"
#include "generator/host/read_file.hpp"
#include "generator/text/fields.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <fcntl.h>
#include <fmt/format.h>
#include <future>
#include <iterator>
#include <numeric>
#include <string_view>
#include <utility>

namespace left4me::ctl {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view end_mark = "\0\0end"sv;
constexpr std::chrono::seconds longest_wait{1};
/// How many are asked at the same time, each with a share of those that have not answered: one that
/// keeps silent makes those behind it in its share wait for the next round.
constexpr std::array<std::size_t, 3> askers = {1, 32, 256};

std::string read_arguments(std::uint64_t pid, std::size_t most_bytes) {
    const FileDescriptor fd(
        ::open(fmt::format("/proc/{}/cmdline", pid).c_str(), O_RDONLY | O_CLOEXEC));
    return fd ? read_up_to(fd.get(), most_bytes).value_or("") : "";
}

using Arguments = std::optional<std::vector<std::string>>;

/// Some of the processes, by their places in the answer.
using Share = std::vector<std::size_t>;

/// \return those of `share` that were not asked, since the one before them kept silent
Share ask(const Share& share, std::span<const std::uint64_t> pids, std::size_t most_bytes,
          std::span<Arguments> answers) {
    const LimitedSearch search = run_limited(longest_wait, [&](const auto& report) {
        for (const std::size_t place : share)
            report(read_arguments(pids[place], most_bytes).append(end_mark));
    });
    std::size_t answered = 0;
    for (const std::string_view text : search.found)
        // What was cut off when the time was up is no answer.
        if (answered < share.size() && text.ends_with(end_mark))
            answers[share[answered++]] = split(text.substr(0, text.size() - end_mark.size()), '\0');
    const auto silent = static_cast<std::ptrdiff_t>(std::min(answered + 1, share.size()));
    return {share.begin() + silent, share.end()};
}

} // namespace

std::vector<std::optional<std::vector<std::string>>>
arguments_of_processes(std::span<const std::uint64_t> pids, std::size_t most_bytes) {
    std::vector<Arguments> answers(pids.size());
    Share left(pids.size());
    std::iota(left.begin(), left.end(), std::size_t{0});
    for (const std::size_t most : askers) {
        if (left.empty())
            break;
        std::vector<std::future<Share>> asked;
        const std::size_t size = (left.size() + most - 1) / most;
        for (std::size_t begin = 0; begin < left.size(); begin += size) {
            const auto share =
                std::span(left).subspan(begin).first(std::min(size, left.size() - begin));
            asked.push_back(std::async(most == 1 ? std::launch::deferred : std::launch::async, ask,
                                       Share(share.begin(), share.end()), pids, most_bytes,
                                       std::span(answers)));
        }
        Share behind;
        for (std::future<Share>& share : asked)
            std::ranges::copy(share.get(), std::back_inserter(behind));
        left = std::move(behind);
    }
    return answers;
}

} // namespace left4me::ctl
