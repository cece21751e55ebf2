#pragma once

#include "generator/host/file_descriptor.hpp"

#include <algorithm>
#include <cerrno>
#include <concepts>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>

namespace left4me {

/// A system call that failed where nothing but giving up makes sense. what() is
/// `PATH: CALL: description of the errno`.
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

/// Returns `result` of a system call that was made just now and has left errno.
///
/// \param result      negative if the call failed
/// \param call, path  as of SystemError
/// \param expected    errnos with which the call may fail: the caller sees to them
/// \throw SystemError if it failed with any other errno
template <std::signed_integral Result>
Result checked(Result result, std::string_view call, std::string_view path,
               std::initializer_list<int> expected = {}) {
    if (result < 0 && std::ranges::find(expected, errno) == expected.end())
        throw SystemError(call, path, errno);
    return result;
}

/// Returns the descriptor that a system call gave, empty if it failed with an expected errno;
/// otherwise as above.
[[nodiscard]] inline FileDescriptor checked(FileDescriptor fd, std::string_view call,
                                            std::string_view path,
                                            std::initializer_list<int> expected = {}) {
    checked(fd.get(), call, path, expected);
    return fd;
}

/// Whether an errno tells of the system (too many open files, no memory, a failing disk), and
/// nothing of the file that somebody wrote.
[[nodiscard]] bool is_shortage(int error);

/// Does nothing unless is_shortage().
///
/// \param error       an errno, or 0
/// \param call, path  as of SystemError
/// \throw SystemError if is_shortage()
void throw_if_shortage(int error, std::string_view call, std::string_view path);

/// Returns the description of an errno in English, whatever the locale (strerror(3),
/// strerrordesc_np); `errno N` for one that has none.
[[nodiscard]] std::string describe_errno(int error);

/// Returns `result` of a function that gives a negative errno where it fails, as libsystemd's do.
///
/// \param what  the path, property or service that it was about, for the error
/// \throw SystemError (`call`, `what`) if it failed
inline int require(int result, std::string_view call, std::string_view what = "systemd") {
    if (result < 0)
        throw SystemError(call, what, -result);
    return result;
}

} // namespace left4me
