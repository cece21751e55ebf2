#include "helper/silent/request_directory.hpp"

#include "generator/host/file_status.hpp"
#include "generator/host/host_tree.hpp"
#include "generator/host/open_beneath.hpp"
#include "generator/host/read_file.hpp"
#include "generator/host/system_error.hpp"
#include "generator/host/users.hpp"
#include "generator/text/refusal.hpp"
#include "generator/units/run_paths.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace left4me {

namespace {

constexpr std::size_t most_requests = 1000;
/// left4me-watch makes no directories. Of somebody's who has taken it over, this many entries of
/// each are removed at a time, and none deeper.
constexpr int deepest_directory_removed = 16;

const std::string& request_path() {
    static const std::string path(silent_requests);
    return path;
}

/// \return whether it is gone
bool remove_entry(int directory, const std::string& name, int depth);

bool remove_directory(int directory, const std::string& name, int depth) {
    const std::string path = fmt::format("{}/{}", request_path(), name);
    if (const FileDescriptor fd = open_beneath(directory, name, O_RDONLY | O_DIRECTORY);
        fd && depth > 0) {
        std::vector<std::string> names;
        for_each_entry(fd.get(), path, most_requests,
                       [&](std::string_view inner) { names.emplace_back(inner); });
        for (const std::string& inner : names)
            remove_entry(fd.get(), inner, depth - 1);
    }
    return ::unlinkat(directory, name.c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT;
}

/// Removes whatever `name` is. Its owner may put something else there meanwhile, and harms nobody.
bool remove_entry(int directory, const std::string& name, int depth) {
    if (::unlinkat(directory, name.c_str(), 0) == 0 || errno == ENOENT)
        return true;
    return errno == EISDIR && remove_directory(directory, name, depth);
}

std::uint32_t uid_of_watch() {
    const auto user = find_user(watch_user);
    if (!user)
        refuse({fmt::format("there is no user {}", watch_user), "systemd-sysusers makes it"});
    return user->uid;
}

/// What keeps a file from being read as a request; "" if nothing does.
std::string objection_to(const struct stat& status, std::uint32_t owner) {
    if (!S_ISREG(status.st_mode))
        return "it is not a regular file";
    if (status.st_uid != owner)
        return fmt::format("it belongs to uid {}", status.st_uid);
    if (status.st_nlink != 1)
        return fmt::format("it has {} links", status.st_nlink);
    return {};
}

} // namespace

RequestDirectory::RequestDirectory() : m_owner(uid_of_watch()) {
    m_directory =
        checked(HostTree("/").open_without_symlinks(request_path(), O_RDONLY | O_DIRECTORY),
                "openat2", request_path(), {ENOENT});
    if (m_directory && status_of(m_directory.get(), request_path()).st_uid != m_owner)
        refuse({fmt::format("{} does not belong to left4me-watch", request_path()),
                "remove it, and systemctl restart left4me-watch"});
}

TakenRequest RequestDirectory::read(const std::string& name) const {
    TakenRequest taken = {name, std::nullopt, {}};
    const FileDescriptor fd = open_beneath(m_directory.get(), name, read_file_flags);
    if (!fd) {
        taken.problem = "it cannot be opened: " + describe_errno(errno);
        return taken;
    }
    taken.problem = objection_to(status_of(fd.get(), name), m_owner);
    if (!taken.problem.empty())
        return taken;
    const FileReading file = read_regular_file(fd.get(), largest_end_request);
    taken.problem = file.problem;
    if (file.status == ReadStatus::done) {
        taken.request = parse_end_request(file.text);
        taken.problem = taken.request ? "" : "it is not INVOCATION_ID= and SILENT_SEC=";
    }
    return taken;
}

std::vector<TakenRequest> RequestDirectory::take_all() const {
    std::vector<TakenRequest> requests;
    if (!m_directory)
        return requests;
    std::vector<std::string> names;
    read_entries(open_beneath(m_directory.get(), ".", O_RDONLY | O_DIRECTORY), request_path(),
                 [&](int, const dirent& entry) {
                     if (entry.d_name[0] != '.')
                         names.emplace_back(entry.d_name);
                     return names.size() < most_requests;
                 });
    for (const std::string& name : names) {
        TakenRequest& taken = requests.emplace_back(read(name));
        taken.is_left = !remove(name);
    }
    return requests;
}

bool RequestDirectory::remove(const std::string& name) const {
    // A directory too deep to be removed gets another name.
    return remove_entry(m_directory.get(), name, deepest_directory_removed) ||
           ::renameat(m_directory.get(), name.c_str(), m_directory.get(),
                      fmt::format(".left-{}", ::getpid()).c_str()) == 0;
}

} // namespace left4me
