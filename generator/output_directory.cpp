#include "output_directory.hpp"

#include "host/system_error.hpp"

#include <cerrno>
#include <fcntl.h>
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
    : m_path(std::move(path)), m_fd(::open(m_path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (!m_fd)
        throw SystemError("open", m_path, errno);
}

void OutputDirectory::write(const UnitFile& file) const {
    const std::size_t slash = file.path.find('/');
    const std::string path = m_path + "/" + file.path;
    FileDescriptor subdirectory;
    int parent = m_fd.get();
    if (slash != std::string::npos) {
        subdirectory = open_parent(file.path.substr(0, slash));
        parent = subdirectory.get();
    }
    const std::string name = slash == std::string::npos ? file.path : file.path.substr(slash + 1);

    if (file.kind == UnitFile::Kind::file)
        write_file(parent, name, file.content, path);
    else if (::symlinkat(file.content.c_str(), parent, name.c_str()) != 0)
        throw SystemError("symlink", path, errno);
}

FileDescriptor OutputDirectory::open_parent(const std::string& directory) const {
    if (::mkdirat(m_fd.get(), directory.c_str(), 0755) != 0 && errno != EEXIST)
        throw SystemError("mkdir", m_path + "/" + directory, errno);
    FileDescriptor fd(
        ::openat(m_fd.get(), directory.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd)
        throw SystemError("open", m_path + "/" + directory, errno);
    return fd;
}

void OutputDirectory::write_file(int parent, const std::string& name, const std::string& text,
                                 const std::string& path) {
    const FileDescriptor fd(
        ::openat(parent, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
    if (!fd)
        throw SystemError("open", path, errno);
    if (const int error = write_all(fd.get(), text); error != 0) {
        ::unlinkat(parent, name.c_str(), 0);
        throw SystemError("write", path, error);
    }
}

} // namespace left4me
