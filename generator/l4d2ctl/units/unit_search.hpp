#pragma once

#include "generator/units/run_paths.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace left4me::ctl {

/// Where generators write what any other unit of the same name overrides (systemd.generator(7),
/// late-dir).
inline constexpr std::string_view late_generator_directory = "/run/systemd/generator.late";

/// The directories in which systemd looks for units, in descending priority (systemd.unit(5), "UNIT
/// FILE LOAD PATH", with what its source adds: system.attached, transient).
///
/// \param unit_directory  where packages put units, as configured
[[nodiscard]] std::vector<std::string> unit_search_path(std::string_view unit_directory);

/// The names of the file that may define `unit`: its own, then its template's (systemd.unit(5)).
///
/// \param unit  a name with its type, as in `l4d2@NAME.service`
[[nodiscard]] std::vector<std::string> fragment_names(std::string_view unit);

/// The directories of drop-ins for `unit`, in descending priority (systemd.unit(5)): its own, its
/// template's, and those of its name cut off behind each dash. The search path is not in them.
///
/// \param unit  a name with its type
[[nodiscard]] std::vector<std::string> drop_in_directory_names(std::string_view unit);

/// The directory of drop-ins for all units of that type, such as `service.d`; the lowest priority.
///
/// \param unit  a name with its type; std::out_of_range without one
[[nodiscard]] std::string type_drop_in_directory_name(std::string_view unit);

/// A directory of drop-ins and the names in it.
struct DropInDirectory {
    std::string path;
    std::vector<std::string> names;
};

/// A drop-in, and the paths of those with the same name and a lower priority, which are not read.
struct FoundDropIn {
    std::string path;
    std::vector<std::string> hides;
};

/// Finds the drop-ins that systemd reads: names that end in `.conf` and begin with no dot.
///
/// \param directories  in descending priority
/// \return sorted by name, which is the order in which they apply
[[nodiscard]] std::vector<FoundDropIn> order_drop_ins(std::span<const DropInDirectory> directories);

} // namespace left4me::ctl
