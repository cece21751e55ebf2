#pragma once

#include <string_view>

namespace left4me {

/// Where left4me-overlay keeps a record, NAME.json, of every instance it has mounted.
inline constexpr const char* state_path = "/run/left4me";
/// What the names of the records end in.
inline constexpr std::string_view record_ending = ".json";

/// Where it keeps the root directory NAME of an instance's server while that is mounted.
inline constexpr std::string_view server_roots = "/run/left4me-root";

/// Where left4me-watch says how the server of each instance is, NAME.json. It is that user's.
inline constexpr std::string_view watch_directory = "/run/left4me-watch";
/// The user that it runs as.
inline constexpr const char* watch_user = "left4me-watch";
/// Where it asks for the server of an instance to be ended, by a file NAME.
inline constexpr std::string_view silent_requests = "/run/left4me-watch/silent";

/// Where systemd leaves what generators write.
inline constexpr std::string_view generator_directory = "/run/systemd/generator";

} // namespace left4me
