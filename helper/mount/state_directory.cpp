#include "helper/mount/state_directory.hpp"

#include "generator/host/file_status.hpp"
#include "generator/host/retry.hpp"
#include "generator/host/system_error.hpp"
#include "generator/text/refusal.hpp"

#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace left4me {

namespace {

constexpr std::chrono::seconds longest_wait(30);

std::string draft_file(const std::string& instance) {
    return MountRecords::record_file(instance) + ".new";
}

FileDescriptor make_and_open(FileDescriptor (*open)()) {
    checked(::mkdir(MountRecords::directory, 0700), "mkdir", MountRecords::directory, {EEXIST});
    return checked(open(), "open", MountRecords::directory);
}

} // namespace

StateDirectory::StateDirectory() : MountRecords(make_and_open(open_directory)) {}

void StateDirectory::write_record(const MountRecord& record) const {
    const std::string name = record_file(record.plan.instance);
    const std::string draft = draft_file(record.plan.instance);
    const std::string path = fmt::format("{}/{}", MountRecords::directory, draft);
    const std::string text = to_json(record);

    const FileDescriptor file(checked(
        ::openat(fd(), draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600),
        "open", path));
    try {
        const ssize_t written =
            checked(::write(file.get(), text.data(), text.size()), "write", path);
        if (written != static_cast<ssize_t>(text.size()))
            throw SystemError("write", path, ENOSPC);
        checked(::renameat(fd(), draft.c_str(), fd(), name.c_str()), "rename", path);
    } catch (const SystemError&) {
        ::unlinkat(fd(), draft.c_str(), 0);
        throw;
    }
}

void StateDirectory::remove_record(const std::string& instance) const {
    // One that was killed may have left the draft of a record.
    for (const std::string& name : {record_file(instance), draft_file(instance)})
        checked(::unlinkat(fd(), name.c_str(), 0), "unlink",
                fmt::format("{}/{}", MountRecords::directory, name), {ENOENT});
}

InstanceLock::InstanceLock(const StateDirectory& directory, const std::string& instance)
    : m_directory(directory.fd()), m_file(MountRecords::lock_file(instance)) {
    if (!retry_for(longest_wait, [this] { return try_lock(); }))
        refuse({fmt::format("another left4me-overlay has been working on this instance for {} s",
                            longest_wait.count()),
                fmt::format("see who holds {}/{}, and try again", MountRecords::directory, m_file)},
               Refused::busy);
}

InstanceLock::~InstanceLock() {
    ::unlinkat(m_directory, m_file.c_str(), 0);
}

bool InstanceLock::try_lock() {
    const std::string path = fmt::format("{}/{}", MountRecords::directory, m_file);
    m_fd = FileDescriptor(checked(
        ::openat(m_directory, m_file.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600),
        "open", path));
    if (checked(::flock(m_fd.get(), LOCK_EX | LOCK_NB), "flock", path, {EWOULDBLOCK, EINTR}) != 0)
        return false;
    // Whoever held it before us has removed the file: then this lock keeps nobody out.
    const struct stat locked = status_of(m_fd.get(), path);
    struct stat named = {};
    if (checked(::fstatat(m_directory, m_file.c_str(), &named, AT_SYMLINK_NOFOLLOW), "fstatat",
                path, {ENOENT}) != 0)
        return false;
    return locked.st_ino == named.st_ino && locked.st_dev == named.st_dev;
}

} // namespace left4me
