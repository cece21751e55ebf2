#include "generator/host/system_error.hpp"

#include "generator/text/printable.hpp"

#include <cerrno>
#include <cstring>
#include <fmt/format.h>

namespace left4me {

SystemError::SystemError(std::string_view call, std::string_view path, int error)
    : std::runtime_error(
          path.empty() ? fmt::format("{}: {}", call, describe_errno(error))
                       : fmt::format("{}: {}: {}", one_line(path), call, describe_errno(error))),
      m_call(call), m_path(path), m_error(error) {}

bool is_shortage(int error) {
    return error == EMFILE || error == ENFILE || error == ENOMEM || error == EIO;
}

void throw_if_shortage(int error, std::string_view call, std::string_view path) {
    if (is_shortage(error))
        throw SystemError(call, path, error);
}

std::string describe_errno(int error) {
    if (const char* const text = ::strerrordesc_np(error); text != nullptr)
        return text;
    return fmt::format("errno {}", error);
}

} // namespace left4me
