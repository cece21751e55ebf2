#include "generator/overlay/server_program.hpp"

#include "generator/host/system_error.hpp"
#include "generator/instance/game.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <optional>
#include <sys/stat.h>

namespace left4me {

namespace {

std::optional<ServerProgram> look_in(int directory, const std::string& path) {
    struct statx found = {};
    if (checked(::statx(directory, game::program, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT,
                        STATX_TYPE | STATX_MODE, &found),
                "statx", fmt::format("{}/{}", path, game::program), {ENOENT}) != 0)
        return std::nullopt;
    // In upper, what was deleted is a character device (the kernel's overlayfs document,
    // "whiteouts and opaque directories").
    if (S_ISCHR(found.stx_mode))
        return ServerProgram::missing;
    constexpr unsigned executable_by_anybody = S_IXUSR | S_IXGRP | S_IXOTH;
    return (found.stx_mode & executable_by_anybody) != 0 ? ServerProgram::executable
                                                         : ServerProgram::not_executable;
}

} // namespace

ServerProgram find_server_program(int upper, const std::string& path,
                                  const std::vector<OpenLayer>& layers) {
    if (upper >= 0)
        if (const auto found = look_in(upper, path))
            return *found;
    for (const OpenLayer& layer : layers)
        if (const auto found = look_in(layer.fd.get(), layer.layer.path))
            return *found;
    return ServerProgram::missing;
}

} // namespace left4me
