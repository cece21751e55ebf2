#pragma once

#include "generator/host/file_descriptor.hpp"

#include <memory>
#include <string>
#include <sys/types.h>

struct sd_bus;

namespace left4me {

/// What systemd says of a server's unit.
struct ServerUnitState {
    /// "active", "deactivating", …
    std::string active;
    /// 32 hexadecimal digits; empty if it has never been started.
    std::string invocation;
    /// 0 if there is none.
    pid_t main_process = 0;
    /// Whether systemd is to start, stop or restart it.
    bool has_job = false;

    bool operator==(const ServerUnitState&) const = default;
};

/// l4d2@NAME.service, as systemd sees it. It owns a connection and cannot be copied.
class ServerUnit {
  public:
    /// \param instance  a valid instance name
    /// \throw SystemError (sd_bus_start) if systemd cannot be reached
    explicit ServerUnit(const std::string& instance);

    /// \throw SystemError (sd_bus_get_property) if systemd does not answer
    [[nodiscard]] ServerUnitState look() const;

  private:
    struct CloseBus {
        void operator()(sd_bus* bus) const;
    };

    [[nodiscard]] std::string read_text(const char* name) const;
    [[nodiscard]] std::string read_invocation() const;
    [[nodiscard]] std::uint32_t read_number(const char* interface, const char* name,
                                            const char* type) const;

    std::string m_path;
    std::unique_ptr<sd_bus, CloseBus> m_bus;
};

} // namespace left4me
