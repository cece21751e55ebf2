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

/// Throws what errno tells of a system call that has failed.
///
/// \param result  of the call: negative where it failed
/// \param call, path  as of SystemError
/// \param expected  each an errno that the caller sees to: with it, the call may fail
/// \return result
/// \throw SystemError
template <std::signed_integral Result>
Result checked(Result result, std::string_view call, std::string_view path,
               std::initializer_list<int> expected = {}) {
    if (result < 0 && std::ranges::find(expected, errno) == expected.end())
        throw SystemError(call, path, errno);
    return result;
}

/// The same of a call that gives a descriptor: empty where it failed.
[[nodiscard]] inline FileDescriptor checked(FileDescriptor fd, std::string_view call,
                                            std::string_view path,
                                            std::initializer_list<int> expected = {}) {
    checked(fd.get(), call, path, expected);
    return fd;
}

/// Whether an errno tells of the system (too many open files, no memory, a failing disk), and
/// nothing of the file that somebody wrote.
[[nodiscard]] bool is_shortage(int error);

/// \param call, path  as of SystemError
/// \throw SystemError where `error` tells of the system
void throw_if_shortage(int error, std::string_view call, std::string_view path);

/// The description of an errno in English, whatever the locale.
[[nodiscard]] std::string describe_errno(int error);

} // namespace left4me
