#pragma once

#include <cstdlib>
#include <exception>
#include <memory>
#include <systemd/sd-event.h>

namespace left4me::watch {

/// An sd_event(3) and the exception that ended it. Nothing may be thrown through the library, which
/// is C. It cannot be moved, since what is called from it points to it.
class EventLoop {
  public:
    /// \throw SystemError (sd_event_new)
    EventLoop();

    EventLoop(const EventLoop&) = delete;
    EventLoop(EventLoop&&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;
    EventLoop& operator=(EventLoop&&) = delete;
    ~EventLoop() = default;

    /// Stays owned.
    [[nodiscard]] sd_event* get() const { return m_event.get(); }

    /// Runs until somebody calls sd_event_exit(3).
    ///
    /// \return the code that was given there
    /// \throw SystemError, or what was thrown in guard()
    int run();

    /// Calls `handle`. If it throws, the loop ends with that.
    ///
    /// \return what a handler of sd_event(3) or sd_bus(3) returns
    template <typename Handle>
    int guard(const Handle& handle) noexcept {
        try {
            handle();
        } catch (...) {
            m_failure = std::current_exception();
            sd_event_exit(m_event.get(), EXIT_FAILURE);
        }
        return 0;
    }

  private:
    struct Unreference {
        void operator()(sd_event* event) const { sd_event_unref(event); }
    };

    std::unique_ptr<sd_event, Unreference> m_event;
    std::exception_ptr m_failure;
};

} // namespace left4me::watch
