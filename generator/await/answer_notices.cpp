#include "generator/await/answer_notices.hpp"

#include "generator/host/system_error.hpp"
#include "generator/units/run_paths.hpp"

#include <array>
#include <cerrno>
#include <poll.h>
#include <string>
#include <sys/inotify.h>
#include <thread>
#include <unistd.h>

namespace left4me::await {

namespace {

/// left4me-watch writes of all servers one after the other.
constexpr std::chrono::milliseconds at_the_same_time{200};

} // namespace

AnswerNotices::AnswerNotices()
    : m_inotify(
          checked(FileDescriptor(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)), "inotify_init1", "")) {
    const std::string directory(watch_directory);
    checked(::inotify_add_watch(m_inotify.get(), directory.c_str(),
                                IN_MOVED_TO | IN_DELETE | IN_DELETE_SELF | IN_ONLYDIR),
            "inotify_add_watch", directory, {ENOENT});
}

void AnswerNotices::wait(std::chrono::milliseconds longest) {
    pollfd readable = {m_inotify.get(), POLLIN, 0};
    if (checked(::poll(&readable, 1, static_cast<int>(longest.count())), "poll", "", {EINTR}) <= 0)
        return;
    std::this_thread::sleep_for(at_the_same_time);
    std::array<char, 4096> events = {};
    while (::read(m_inotify.get(), events.data(), events.size()) > 0) {
    }
}

} // namespace left4me::await
