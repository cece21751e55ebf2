#pragma once

#include <string_view>

namespace left4me {

/// Where left4me-overlay keeps a record, NAME.json, of every instance it has mounted.
inline constexpr const char* state_path = "/run/left4me";
/// What the names of the records end in.
inline constexpr std::string_view record_ending = ".json";

/// Where it keeps the root directory NAME of an instance's server while that is mounted.
inline constexpr std::string_view server_roots = "/run/left4me-root";

/// Where systemd leaves what generators write.
inline constexpr std::string_view generator_directory = "/run/systemd/generator";

} // namespace left4me
