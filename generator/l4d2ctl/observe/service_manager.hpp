#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

struct sd_bus;

namespace left4me::ctl {

/// A unit that systemd has loaded, as ListUnitsByPatterns() gives it (org.freedesktop.systemd1(5)).
struct LoadedUnit {
    std::string name;
    /// "loaded", "masked", "bad-setting", …
    std::string load_state;
    /// "active", "activating", "failed", …
    std::string active_state;
    std::string sub_state;
    std::string object_path;
};

/// A property of a unit.
struct UnitProperty {
    /// From LoadedUnit: to ask for any other would load it.
    std::string object_path;
    /// "Unit", "Service", "Mount" or "Manager".
    const char* interface;
    const char* name;
};

/// A command of a property such as ExecStart, and how it ended when it was run last.
struct ServiceCommand {
    /// The program first.
    std::vector<std::string> arguments;
    /// CLD_EXITED, CLD_KILLED and so on (waitid(2)); 0 if it has not run or not ended.
    std::int64_t code = 0;
    /// The exit code or the signal.
    std::int64_t status = 0;
};

using ServiceCommands = std::vector<ServiceCommand>;

/// Of Conditions or Asserts, those that did not hold when they were looked at last, as a unit file
/// has them: "ConditionPathExists=/srv". Of another list, its texts.
using TextList = std::vector<std::string>;

/// The value of a property. D-Bus's u and t are both std::uint64_t here. It is std::monostate if
/// systemd answered with an error, as for a unit that is gone, or with another type.
using PropertyValue = std::variant<std::monostate, std::uint64_t, std::int64_t, bool, std::string,
                                   ServiceCommands, TextList>;

/// A connection to systemd over D-Bus. Every method that it calls only reads, and none of them
/// loads a unit. It can be moved, not copied, and must not be used after it has thrown.
class ServiceManager {
  public:
    /// As root, connects to systemd's own socket, as systemctl(1) does; otherwise to the system
    /// bus.
    ///
    /// \throw SystemError if systemd cannot be reached
    ServiceManager();

    /// \param pattern  of names, as in glob(7)
    /// \return the loaded units that match, in any state
    /// \throw SystemError if systemd does not answer
    [[nodiscard]] std::vector<LoadedUnit> list_units(const std::string& pattern);

    /// Reads many properties at the cost of few waits.
    ///
    /// \return as many values, in the same order
    /// \throw SystemError if the connection fails
    [[nodiscard]] std::vector<PropertyValue> read(std::span<const UnitProperty> properties);

  private:
    struct CloseBus {
        void operator()(sd_bus* bus) const;
    };

    std::unique_ptr<sd_bus, CloseBus> m_bus;
};

} // namespace left4me::ctl
