#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace left4me::ctl {

/// Where systemd leaves what generators write.
inline constexpr std::string_view generator_directory = "/run/systemd/generator";
/// And where what any other unit of the same name wins over.
inline constexpr std::string_view late_generator_directory = "/run/systemd/generator.late";

/// The directories in which systemd looks for units, the one that counts first first
/// (systemd.unit(5), "UNIT FILE LOAD PATH", with what its source adds: system.attached, transient).
///
/// \param unit_directory  where packages put units, as configured
[[nodiscard]] std::vector<std::string> unit_search_path(std::string_view unit_directory);

/// The names of the file that defines `unit`: itself, then its template.
[[nodiscard]] std::vector<std::string> fragment_names(std::string_view unit);

/// The directories, without the search path, in which drop-ins of `unit` are looked for, the one
/// that counts first first: its own, its template's, and those of its name cut off behind each of
/// its dashes.
[[nodiscard]] std::vector<std::string> drop_in_directory_names(std::string_view unit);

/// The directory for drop-ins of all units of that type, which counts last.
[[nodiscard]] std::string type_drop_in_directory_name(std::string_view unit);

/// A directory of drop-ins and the names in it.
struct DropInDirectory {
    std::string path;
    std::vector<std::string> names;
};

/// A drop-in and what it takes the place of: the files of the same name that count later.
struct FoundDropIn {
    std::string path;
    std::vector<std::string> hides;
};

/// \param directories  the one that counts first first
/// \return in the order in which they apply: of their names
[[nodiscard]] std::vector<FoundDropIn> order_drop_ins(std::span<const DropInDirectory> directories);

} // namespace left4me::ctl
