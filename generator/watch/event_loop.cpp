#include "generator/watch/event_loop.hpp"

#include "generator/host/system_error.hpp"

namespace left4me::watch {

EventLoop::EventLoop() {
    sd_event* event = nullptr;
    require(sd_event_new(&event), "sd_event_new");
    m_event.reset(event);
}

int EventLoop::run() {
    const int code = sd_event_loop(m_event.get());
    if (m_failure)
        std::rethrow_exception(m_failure);
    return require(code, "sd_event_loop");
}

} // namespace left4me::watch
