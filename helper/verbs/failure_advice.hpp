#pragma once

#include <string_view>

namespace left4me {

/// The usual cause of a failed system call of the helper, and the next step, for readers of the
/// journal. The kernel gives no more than an errno. The log of its file system contexts stayed
/// empty in every failure (facts: "The fs-context log was empty").
///
/// \param call   as in SystemError
/// \param path   as in SystemError: `overlay` for the overlay as a whole
/// \param error  an errno
/// \return CAUSE: NEXT STEP, or "" if the errno says all there is to say
[[nodiscard]] std::string_view failure_advice(std::string_view call, std::string_view path,
                                              int error);

} // namespace left4me
