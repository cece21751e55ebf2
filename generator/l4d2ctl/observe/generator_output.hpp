#pragma once

#include "generator/host/file_descriptor.hpp"
#include "generator/host/host_tree.hpp"
#include "generator/instance/host_configuration.hpp"
#include "generator/units/instance_units.hpp"

#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace left4me::ctl {

/// What the generator wrote when systemd ran it last.
class GeneratorOutput {
  public:
    /// \throw SystemError
    explicit GeneratorOutput(const HostTree& tree);

    /// Whether systemd has ever run generators here.
    [[nodiscard]] bool exists() const { return static_cast<bool>(m_directory); }

    /// The instances that it knows.
    [[nodiscard]] std::set<std::string> instances() const;

    /// Whether it has exactly `files` for an instance.
    [[nodiscard]] bool has_exactly(const std::vector<UnitFile>& files, std::string_view instance,
                                   const HostConfiguration& configuration) const;

  private:
    [[nodiscard]] bool has(const UnitFile& file) const;

    FileDescriptor m_directory;
    std::unordered_set<std::string> m_entries;
    /// In l4d2.target.wants.
    std::unordered_set<std::string> m_wanted;
};

} // namespace left4me::ctl
