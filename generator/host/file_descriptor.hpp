#pragma once

#include <unistd.h>
#include <utility>

namespace left4me {

/// Owns one file descriptor, or none, and closes it. It can be moved and not copied.
class FileDescriptor {
  public:
    FileDescriptor() = default;

    /// \param fd  owned from now on; negative, as after a call that failed, for none
    explicit FileDescriptor(int fd) : m_fd(fd) {}

    FileDescriptor(FileDescriptor&& other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}

    /// Takes over the descriptor of `other`, which gets this one's.
    FileDescriptor& operator=(FileDescriptor&& other) noexcept {
        std::swap(m_fd, other.m_fd);
        return *this;
    }

    FileDescriptor(const FileDescriptor&) = delete;
    FileDescriptor& operator=(const FileDescriptor&) = delete;

    ~FileDescriptor() { reset(); }

    /// Closes the descriptor, if there is one; what close(2) says about it is lost.
    void reset() {
        if (m_fd >= 0)
            ::close(std::exchange(m_fd, -1));
    }

    /// Returns the descriptor, which stays owned; negative if there is none.
    [[nodiscard]] int get() const { return m_fd; }

    /// Returns the descriptor and no longer owns it; negative if there is none.
    [[nodiscard]] int release() { return std::exchange(m_fd, -1); }

    /// Whether there is a descriptor.
    explicit operator bool() const { return m_fd >= 0; }

  private:
    int m_fd = -1;
};

} // namespace left4me
