#include "output_directory.hpp"

#include "host/system_error.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace left4me {

namespace {

/// What a unit is called until it is complete; systemd passes over hidden files.
constexpr const char* draft = ".left4me-generator.draft";

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
    if (slash != std::string::npos)
        make_directory(file.path.substr(0, slash));

    if (file.kind == UnitFile::Kind::file)
        write_file(file);
    else if (::symlinkat(file.content.c_str(), m_fd.get(), file.path.c_str()) != 0)
        throw SystemError("symlink", m_path + "/" + file.path, errno);
}

void OutputDirectory::make_directory(const std::string& name) const {
    if (::mkdirat(m_fd.get(), name.c_str(), 0755) != 0 && errno != EEXIST)
        throw SystemError("mkdir", m_path + "/" + name, errno);
}

void OutputDirectory::write_file(const UnitFile& file) const {
    const FileDescriptor fd(
        ::openat(m_fd.get(), draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
    if (!fd)
        throw SystemError("open", m_path + "/" + draft, errno);

    int error = write_all(fd.get(), file.content);
    const char* call = "write";
    if (error == 0 &&
        ::renameat2(m_fd.get(), draft, m_fd.get(), file.path.c_str(), RENAME_NOREPLACE) != 0) {
        error = errno;
        call = "rename";
    }
    if (error == 0)
        return;
    ::unlinkat(m_fd.get(), draft, 0);
    throw SystemError(call, m_path + "/" + file.path, error);
}

} // namespace left4me
