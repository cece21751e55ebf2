#include "generator/host/directory_walk.hpp"

#include "generator/host/open_beneath.hpp"
#include "generator/host/system_error.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <fcntl.h>
#include <sys/stat.h>
#include <utility>

namespace left4me {

namespace {

std::uint32_t owner_of(int directory, const std::string& path) {
    struct stat status = {};
    if (::fstat(directory, &status) != 0)
        throw SystemError("fstat", path, errno);
    return status.st_uid;
}

} // namespace

DirectoryWalk walk_beneath(int directory, const std::string& path) {
    DirectoryWalk walk;
    walk.fd = open_beneath(directory, ".", O_PATH | O_DIRECTORY);
    if (!walk.fd) {
        walk.error = errno;
        return walk;
    }
    std::uint32_t owner = owner_of(directory, path);
    std::string walked = ".";

    for (std::size_t begin = 0; begin < path.size();) {
        const std::size_t end = std::min(path.find('/', begin), path.size());
        FileDescriptor next =
            open_beneath(walk.fd.get(), path.substr(begin, end - begin), O_PATH | O_DIRECTORY);
        if (!next) {
            walk.error = errno;
            walk.fd.reset();
            return walk;
        }
        const std::uint32_t next_owner = owner_of(next.get(), path);
        std::string here = path.substr(0, end);
        if (owner != 0 && next_owner != owner) {
            walk.owner_change = {std::move(walked), std::move(here), owner, next_owner};
            walk.fd.reset();
            return walk;
        }
        walk.fd = std::move(next);
        owner = next_owner;
        walked = std::move(here);
        begin = end + 1;
    }
    return walk;
}

} // namespace left4me
