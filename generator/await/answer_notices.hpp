#pragma once

#include "generator/host/file_descriptor.hpp"

#include <chrono>

namespace left4me::await {

/// Tells when left4me-watch has written something, by inotify(7).
class AnswerNotices {
  public:
    /// Where left4me-watch has no directory there is nothing to be told, and no error.
    ///
    /// \throw SystemError (inotify_init1, inotify_add_watch) if the system is short of something
    AnswerNotices();

    /// Waits until something was written since the last call, or since the beginning, and for what
    /// is written at about the same time.
    ///
    /// \param longest  how long at most
    /// \throw SystemError (poll)
    void wait(std::chrono::milliseconds longest);

  private:
    FileDescriptor m_inotify;
};

} // namespace left4me::await
