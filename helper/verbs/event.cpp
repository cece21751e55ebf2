#include "helper/verbs/event.hpp"

#include "generator/text/enum_words.hpp"

namespace left4me {

EventFields fields_of(Event event) {
    constexpr int error = 3;
    constexpr int warning = 4;
    constexpr int info = 6;
    static constexpr EnumWords<Event, EventFields> fields = {
        {Event::mounted, {"7a3c5f0e2b9d4e6c8f1a0b7d6c5e4f31", info}},
        {Event::unmounted, {"c1e8d4b62f7a4930a5be9d0c8f6a7b12", info}},
        {Event::warning, {"5d9b0f6a8c3e4712b4a1f7e2d3c6b590", warning}},
        {Event::server_failed, {"8f0d11cad7fc4f42817bf00ef42cb0af", warning}},
        {Event::silent_server_ended, {"1ee3fed9e2a842868e4a7a90bf252acc", warning}},
        {Event::usage, {"89f7b6a8f19049a49337e5bec6b22660", error}},
        {Event::bad_configuration, {"58630f0ab64744e496f570d9301ccac3", error}},
        {Event::no_such_instance, {"8647b22cc1974136bdc66227a1edabf9", error}},
        {Event::system_call_failed, {"e46f2a9c0d7b45f8936c1b5a8e7d2f04", error}},
        {Event::busy, {"aeeedf57ee4744d0b7d6a270cd00f25b", error}},
        {Event::refused, {"a952091373c4443795fac81e8f16c77a", error}},
    };
    return fields[event];
}

Event event_of(ExitStatus status) {
    static constexpr EnumWords<ExitStatus, Event> events = {
        {ExitStatus::done, Event::system_call_failed},
        {ExitStatus::usage, Event::usage},
        {ExitStatus::bad_configuration, Event::bad_configuration},
        {ExitStatus::no_such_instance, Event::no_such_instance},
        {ExitStatus::system_call_failed, Event::system_call_failed},
        {ExitStatus::busy, Event::busy},
        {ExitStatus::refused, Event::refused},
    };
    return events[status];
}

} // namespace left4me
