#include "generator/output_directory.hpp"

#include "generator/host/system_error.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace left4me {

namespace {

/// 0, or the errno of the write that failed.
int write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(fd, text.data(), text.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return errno;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return 0;
}

} // namespace

OutputDirectory::OutputDirectory(std::string path)
    : m_path(std::move(path)),
      m_fd(checked(::open(m_path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open", m_path)) {}

void OutputDirectory::write(const UnitFile& file) {
    if (const std::size_t slash = file.path.find('/'); slash != std::string::npos)
        make_directory(std::string_view(file.path).substr(0, slash));

    if (file.kind == UnitFile::Kind::file)
        write_file(file);
    else if (::symlinkat(file.content.c_str(), m_fd.get(), file.path.c_str()) != 0)
        fail("symlink", file.path, errno);
}

void OutputDirectory::make_directory(std::string_view name) {
    if (m_made.contains(name))
        return;
    std::string directory(name);
    if (::mkdirat(m_fd.get(), directory.c_str(), 0755) != 0) {
        struct stat status = {};
        if (errno != EEXIST)
            fail("mkdir", directory, errno);
        // Nothing is written through a symlink that somebody has left here.
        if (::fstatat(m_fd.get(), directory.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 ||
            !S_ISDIR(status.st_mode))
            fail("mkdir", directory, EEXIST);
    }
    m_made.insert(std::move(directory));
}

void OutputDirectory::write_file(const UnitFile& file) const {
    const FileDescriptor fd(::openat(m_fd.get(), file.path.c_str(),
                                     O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
    if (!fd)
        fail("open", file.path, errno);
    if (const int error = write_all(fd.get(), file.content); error != 0) {
        ::unlinkat(m_fd.get(), file.path.c_str(), 0);
        fail("write", file.path, error);
    }
}

void OutputDirectory::fail(const char* call, std::string_view path, int error) const {
    throw SystemError(call, fmt::format("{}/{}", m_path, path), error);
}

} // namespace left4me
