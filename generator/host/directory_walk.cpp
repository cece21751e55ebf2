#include "generator/host/directory_walk.hpp"

#include "generator/host/file_status.hpp"
#include "generator/host/open_beneath.hpp"
#include "generator/text/fields.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <string_view>
#include <utility>

namespace left4me {

DirectoryWalk walk_beneath(int directory, const std::string& path) {
    DirectoryWalk walk;
    walk.fd = open_beneath(directory, ".", O_PATH | O_DIRECTORY);
    if (!walk.fd) {
        walk.error = errno;
        return walk;
    }
    std::uint32_t owner = status_of(walk.fd.get(), path).st_uid;
    std::string walked = ".";
    for (std::string_view rest = path; !rest.empty();) {
        const std::string name(take_until(rest, '/'));
        FileDescriptor next = open_beneath(walk.fd.get(), name, O_PATH | O_DIRECTORY);
        if (!next) {
            walk.error = errno;
            walk.fd.reset();
            return walk;
        }
        const std::uint32_t next_owner = status_of(next.get(), path).st_uid;
        std::string here = walked == "." ? name : fmt::format("{}/{}", walked, name);
        if (owner != 0 && next_owner != owner) {
            walk.owner_change = {std::move(walked), std::move(here), owner, next_owner};
            walk.fd.reset();
            return walk;
        }
        walk.fd = std::move(next);
        owner = next_owner;
        walked = std::move(here);
    }
    return walk;
}

} // namespace left4me
