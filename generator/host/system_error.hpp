#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace left4me {

/// A system call that failed where nothing but giving up makes sense.
class SystemError : public std::runtime_error {
  public:
    /// \param call   the system call, for example `openat2`
    /// \param path   what it was called on; may be empty
    /// \param error  its errno
    SystemError(std::string_view call, std::string_view path, int error);

    [[nodiscard]] const std::string& call() const { return m_call; }

    [[nodiscard]] const std::string& path() const { return m_path; }

    [[nodiscard]] int error() const { return m_error; }

  private:
    std::string m_call;
    std::string m_path;
    int m_error;
};

/// Whether an errno tells of the system (too many open files, no memory, a failing disk), and
/// nothing of the file that somebody wrote.
[[nodiscard]] bool is_shortage(int error);

/// The description of an errno in English, whatever the locale.
[[nodiscard]] std::string describe_errno(int error);

} // namespace left4me
