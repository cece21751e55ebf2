#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

struct sd_bus;

namespace left4me::ctl {

/// A unit that systemd has loaded, as org.freedesktop.systemd1(5)'s ListUnits() gives it.
struct LoadedUnit {
    std::string name;
    /// "active", "activating", "failed", …
    std::string active_state;
    std::string sub_state;
    std::string object_path;
};

/// A property of a unit.
struct UnitProperty {
    /// From LoadedUnit: to ask for any other would load it.
    std::string object_path;
    /// "Unit", "Service" or "Mount".
    const char* interface;
    const char* name;
};

/// A command of a property such as ExecStart, and how it ended when it was run last.
struct ServiceCommand {
    /// The program first.
    std::vector<std::string> arguments;
    /// CLD_EXITED, CLD_KILLED and so on (waitid(2)); 0 when it has not run or not ended.
    std::int64_t code = 0;
    /// The exit code or the signal.
    std::int64_t status = 0;
};

using ServiceCommands = std::vector<ServiceCommand>;

/// Nothing when systemd did not answer that: the unit may be gone.
using PropertyValue =
    std::variant<std::monostate, std::uint64_t, std::int64_t, bool, std::string, ServiceCommands>;

/// What systemd says about units. Every method that it calls only reads, and none of them loads a
/// unit.
class ServiceManager {
  public:
    /// As root, on systemd's own socket, as systemctl(1) does it; otherwise on the system bus.
    ///
    /// \throw SystemError when systemd cannot be reached
    ServiceManager();

    /// \param pattern  of names, as glob(7) writes them
    /// \throw SystemError
    [[nodiscard]] std::vector<LoadedUnit> list_units(const std::string& pattern);

    /// Reads many properties at the cost of few waits.
    ///
    /// \return as many values, in the same order
    /// \throw SystemError
    [[nodiscard]] std::vector<PropertyValue> read(std::span<const UnitProperty> properties);

  private:
    struct CloseBus {
        void operator()(sd_bus* bus) const;
    };

    std::unique_ptr<sd_bus, CloseBus> m_bus;
};

} // namespace left4me::ctl
