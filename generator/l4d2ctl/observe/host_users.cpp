#include "l4d2ctl/observe/host_users.hpp"

#include "host/system_error.hpp"
#include "kernel/users.hpp"

#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <fcntl.h>
#include <memory>
#include <pwd.h>

namespace left4me::ctl {

namespace {

constexpr const char* passwd_path = "/etc/passwd";

struct CloseFile {
    void operator()(std::FILE* file) const { static_cast<void>(std::fclose(file)); }
};

std::optional<std::uint32_t> parse_number(const std::string& text) {
    std::uint32_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, number);
    return error == std::errc() && stopped == end ? std::optional(number) : std::nullopt;
}

} // namespace

std::optional<UserIds> HostUsers::find(const std::string& user) const {
    if (m_live)
        return find_user(user);
    const std::optional<std::uint32_t> number = parse_number(user);
    const std::optional<UserIds> nobody =
        number ? std::optional(UserIds{*number, *number}) : std::nullopt;
    FileDescriptor fd = m_tree.open(passwd_path, O_RDONLY);
    if (!fd && errno == ENOENT)
        return nobody;
    const std::unique_ptr<std::FILE, CloseFile> file(fd ? ::fdopen(fd.get(), "r") : nullptr);
    if (!file)
        throw SystemError("open", passwd_path, errno);
    static_cast<void>(fd.release());
    while (const passwd* const entry = ::fgetpwent(file.get()))
        if (number ? entry->pw_uid == *number : user == entry->pw_name)
            return UserIds{entry->pw_uid, entry->pw_gid};
    return nobody;
}

} // namespace left4me::ctl
