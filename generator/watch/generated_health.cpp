#include "generator/watch/generated_health.hpp"

#include "generator/host/file_descriptor.hpp"
#include "generator/host/read_file.hpp"
#include "generator/units/run_paths.hpp"
#include "generator/units/unit_names.hpp"
#include "generator/watch/health_drop_in.hpp"

#include <fcntl.h>
#include <fmt/format.h>

namespace left4me::watch {

std::optional<Health> generated_health(const std::string& instance) {
    // As many layers as an instance may have, each with a name as long as it may be.
    constexpr std::size_t largest_drop_in = std::size_t{1024} * 1024;
    const std::string path =
        fmt::format("{}/{}.d/{}", generator_directory, service_name(instance), drop_in_name);
    const FileDescriptor fd(::open(path.c_str(), read_file_flags | O_CLOEXEC));
    if (!fd)
        return std::nullopt;
    const std::string text = read_regular_file(fd.get(), largest_drop_in).text;
    return text.empty() ? std::nullopt : std::optional(health_in(text));
}

} // namespace left4me::watch
