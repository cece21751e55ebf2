#include "generator/host/users.hpp"

#include "generator/host/system_error.hpp"
#include "generator/text/number_text.hpp"

#include <cerrno>
#include <pwd.h>
#include <vector>

namespace left4me {

std::optional<UserIds> find_user(const std::string& user) {
    const auto number = parse_number<std::uint32_t>(user);
    constexpr std::size_t first_size = 1024;
    std::vector<char> buffer(first_size);
    passwd entry = {};
    passwd* found = nullptr;
    int error = ERANGE;
    while (error == ERANGE || error == EINTR) {
        if (error == ERANGE)
            buffer.resize(buffer.size() * 2);
        error = number ? ::getpwuid_r(*number, &entry, buffer.data(), buffer.size(), &found)
                       : ::getpwnam_r(user.c_str(), &entry, buffer.data(), buffer.size(), &found);
    }
    if (found != nullptr)
        return UserIds{found->pw_uid, found->pw_gid};
    // getpwnam_r(3) lists these for "not found". After any other error the number alone would be a
    // guess at the group.
    if (error != 0 && error != ENOENT && error != ESRCH && error != EBADF && error != EPERM)
        throw SystemError(number ? "getpwuid_r" : "getpwnam_r", user, error);
    if (number)
        return UserIds{*number, *number};
    return std::nullopt;
}

} // namespace left4me
