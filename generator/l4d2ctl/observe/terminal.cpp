#include "generator/l4d2ctl/observe/terminal.hpp"

#include <cstddef>
#include <cstdlib>
#include <string_view>
#include <sys/ioctl.h>
#include <unistd.h>

namespace left4me::ctl {

namespace {

constexpr std::size_t usual_width = 80;

std::string_view text_of(const char* variable) {
    return variable == nullptr ? "" : variable;
}

} // namespace

TextStyle style_of_standard_output() {
    if (::isatty(STDOUT_FILENO) != 1)
        return {};
    winsize size = {};
    const bool knows_width = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col != 0;
    return {text_of(std::getenv("NO_COLOR")).empty() && text_of(std::getenv("TERM")) != "dumb",
            knows_width ? size.ws_col : usual_width};
}

} // namespace left4me::ctl
