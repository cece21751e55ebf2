#include "generator/l4d2ctl/observe/host_users.hpp"

#include "generator/host/read_file.hpp"
#include "generator/host/system_error.hpp"
#include "generator/host/users.hpp"
#include "generator/text/number_text.hpp"

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <pwd.h>

namespace left4me::ctl {

namespace {

constexpr const char* passwd_path = "/etc/passwd";
constexpr std::size_t largest_database = std::size_t{4} * 1024 * 1024;

struct CloseFile {
    void operator()(std::FILE* file) const { static_cast<void>(std::fclose(file)); }
};

} // namespace

std::optional<UserIds> find_host_user(const HostTree& tree, bool live, const std::string& user) {
    if (live)
        return find_user(user);
    const auto number = parse_number<std::uint32_t>(user);
    const std::optional<UserIds> nobody =
        number ? std::optional(UserIds{*number, *number}) : std::nullopt;
    const FileDescriptor fd =
        checked(tree.open(passwd_path, read_file_flags), "open", passwd_path, {ENOENT});
    if (!fd)
        return nobody;
    // The tree may be a stranger's: fgetpwent(3) would wait for a fifo, and hold a line of any
    // size.
    FileReading reading = read_regular_file(fd.get(), largest_database);
    if (reading.status == ReadStatus::failed)
        throw SystemError("read", passwd_path, reading.error);
    if (reading.status != ReadStatus::done)
        throw SystemError("read", passwd_path,
                          reading.status == ReadStatus::too_large ? EFBIG : EINVAL);
    if (reading.text.empty())
        return nobody;
    const std::unique_ptr<std::FILE, CloseFile> file(
        ::fmemopen(reading.text.data(), reading.text.size(), "r"));
    if (!file)
        throw SystemError("fmemopen", passwd_path, errno);
    while (const passwd* const entry = ::fgetpwent(file.get()))
        if (number ? entry->pw_uid == *number : user == entry->pw_name)
            return UserIds{entry->pw_uid, entry->pw_gid};
    return nobody;
}

} // namespace left4me::ctl
