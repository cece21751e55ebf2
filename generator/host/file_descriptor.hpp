#pragma once

#include <unistd.h>
#include <utility>

namespace left4me {

/// Owns one file descriptor and closes it.
class FileDescriptor {
  public:
    FileDescriptor() = default;

    explicit FileDescriptor(int fd) : m_fd(fd) {}

    FileDescriptor(FileDescriptor&& other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}

    FileDescriptor& operator=(FileDescriptor&& other) noexcept {
        std::swap(m_fd, other.m_fd);
        return *this;
    }

    FileDescriptor(const FileDescriptor&) = delete;
    FileDescriptor& operator=(const FileDescriptor&) = delete;

    ~FileDescriptor() { reset(); }

    void reset() {
        if (m_fd >= 0)
            ::close(std::exchange(m_fd, -1));
    }

    [[nodiscard]] int get() const { return m_fd; }

    /// Gives the descriptor to another owner.
    [[nodiscard]] int release() { return std::exchange(m_fd, -1); }

    explicit operator bool() const { return m_fd >= 0; }

  private:
    int m_fd = -1;
};

} // namespace left4me
