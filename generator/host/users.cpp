#include "generator/host/users.hpp"

#include "generator/host/system_error.hpp"

#include <cerrno>
#include <charconv>
#include <pwd.h>
#include <vector>

namespace left4me {

std::optional<std::uint32_t> parse_user_number(const std::string& text) {
    std::uint32_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || stopped != end)
        return std::nullopt;
    return number;
}

std::optional<UserIds> find_user(const std::string& user) {
    const std::optional<std::uint32_t> number = parse_user_number(user);
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
