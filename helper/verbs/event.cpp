#include "helper/verbs/event.hpp"

namespace left4me {

EventFields fields_of(Event event) {
    constexpr int error = 3;
    constexpr int warning = 4;
    constexpr int info = 6;
    switch (event) {
    case Event::mounted:
        return {"7a3c5f0e2b9d4e6c8f1a0b7d6c5e4f31", info};
    case Event::unmounted:
        return {"c1e8d4b62f7a4930a5be9d0c8f6a7b12", info};
    case Event::warning:
        return {"5d9b0f6a8c3e4712b4a1f7e2d3c6b590", warning};
    case Event::usage:
        return {"89f7b6a8f19049a49337e5bec6b22660", error};
    case Event::bad_configuration:
        return {"58630f0ab64744e496f570d9301ccac3", error};
    case Event::no_such_instance:
        return {"8647b22cc1974136bdc66227a1edabf9", error};
    case Event::busy:
        return {"aeeedf57ee4744d0b7d6a270cd00f25b", error};
    case Event::refused:
        return {"a952091373c4443795fac81e8f16c77a", error};
    case Event::system_call_failed:
        break;
    }
    return {"e46f2a9c0d7b45f8936c1b5a8e7d2f04", error};
}

Event event_of(ExitStatus status) {
    switch (status) {
    case ExitStatus::usage:
        return Event::usage;
    case ExitStatus::bad_configuration:
        return Event::bad_configuration;
    case ExitStatus::no_such_instance:
        return Event::no_such_instance;
    case ExitStatus::busy:
        return Event::busy;
    case ExitStatus::refused:
        return Event::refused;
    case ExitStatus::done:
    case ExitStatus::system_call_failed:
        break;
    }
    return Event::system_call_failed;
}

} // namespace left4me
