#include "generator/overlay/state_directory.hpp"

#include "generator/host/host_tree.hpp"
#include "generator/host/read_file.hpp"
#include "generator/host/retry.hpp"
#include "generator/host/system_error.hpp"
#include "generator/instance/instance_name.hpp"
#include "generator/text/refusal.hpp"

#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <fmt/format.h>
#include <string_view>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace left4me {

namespace {

constexpr const char* state_path = "/run/left4me";
constexpr std::size_t largest_record = std::size_t{1024} * 1024;
constexpr std::chrono::seconds longest_wait(30);

constexpr std::string_view record_ending = ".json";

std::string record_file(const std::string& instance) {
    return instance + std::string(record_ending);
}

std::string lock_file(const std::string& instance) {
    return instance + ".lock";
}

FileDescriptor open_state_directory() {
    return FileDescriptor(::open(state_path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

std::string draft_file(const std::string& instance) {
    return record_file(instance) + ".new";
}

} // namespace

StateDirectory::StateDirectory() {
    if (::mkdir(state_path, 0700) != 0 && errno != EEXIST)
        throw SystemError("mkdir", state_path, errno);
    m_fd = open_state_directory();
    if (!m_fd)
        throw SystemError("open", state_path, errno);
}

StateDirectory StateDirectory::open_existing() {
    FileDescriptor fd = open_state_directory();
    if (!fd && errno != ENOENT)
        throw SystemError("open", state_path, errno);
    return StateDirectory(std::move(fd));
}

std::optional<StateDirectory> StateDirectory::open_if_permitted() {
    try {
        return open_existing();
    } catch (const SystemError& error) {
        if (error.error() != EACCES)
            throw;
        return std::nullopt;
    }
}

std::set<std::string> StateDirectory::recorded_instances() const {
    std::set<std::string> instances;
    if (!m_fd)
        return instances;
    for (const std::string& file : list_directory(m_fd.get(), state_path)) {
        std::string_view name = file;
        if (!name.ends_with(record_ending))
            continue;
        name.remove_suffix(record_ending.size());
        if (is_instance_name(name))
            instances.emplace(name);
    }
    return instances;
}

bool StateDirectory::is_locked(const std::string& instance) const {
    if (!m_fd)
        return false;
    const std::string file = lock_file(instance);
    const std::string path = fmt::format("{}/{}", state_path, file);
    const FileDescriptor fd(
        ::openat(m_fd.get(), file.c_str(), read_file_flags | O_NOFOLLOW | O_CLOEXEC));
    if (!fd && errno == ENOENT)
        return false;
    if (!fd)
        throw SystemError("open", path, errno);
    // Shared: two that only look take each other for nobody at work.
    if (::flock(fd.get(), LOCK_SH | LOCK_NB) == 0)
        return false;
    if (errno == EWOULDBLOCK || errno == EINTR)
        return true;
    throw SystemError("flock", path, errno);
}

std::optional<MountRecord> StateDirectory::read_record(const std::string& instance) const {
    const std::optional<std::string> text = read_record_text(instance);
    return text ? parse_record(*text) : std::nullopt;
}

std::optional<std::string> StateDirectory::read_record_text(const std::string& instance) const {
    if (!m_fd)
        return std::nullopt;
    const FileDescriptor fd(::openat(m_fd.get(), record_file(instance).c_str(),
                                     read_file_flags | O_NOFOLLOW | O_CLOEXEC));
    if (!fd && errno == ENOENT)
        return std::nullopt;
    const std::string path = record_path(instance);
    if (!fd)
        throw SystemError("open", path, errno);
    FileReading file = read_regular_file(fd.get(), largest_record);
    if (file.status == ReadStatus::failed)
        throw SystemError("read", path, file.error);
    if (file.status != ReadStatus::done)
        return std::nullopt;
    return std::move(file.text);
}

std::string StateDirectory::record_path(const std::string& instance) {
    return fmt::format("{}/{}", state_path, record_file(instance));
}

void StateDirectory::write_record(const MountRecord& record) const {
    const std::string name = record_file(record.plan.instance);
    const std::string draft = draft_file(record.plan.instance);
    const std::string path = fmt::format("{}/{}", state_path, draft);
    const std::string text = to_json(record);

    const FileDescriptor fd(::openat(m_fd.get(), draft.c_str(),
                                     O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd)
        throw SystemError("open", path, errno);
    int error = 0;
    const char* call = "write";
    if (const ssize_t written = ::write(fd.get(), text.data(), text.size());
        written != static_cast<ssize_t>(text.size())) {
        error = written < 0 ? errno : ENOSPC;
    } else if (::renameat(m_fd.get(), draft.c_str(), m_fd.get(), name.c_str()) != 0) {
        error = errno;
        call = "rename";
    }
    if (error == 0)
        return;
    ::unlinkat(m_fd.get(), draft.c_str(), 0);
    throw SystemError(call, path, error);
}

void StateDirectory::remove_record(const std::string& instance) const {
    // One that was killed may have left the draft of a record.
    for (const std::string& name : {record_file(instance), draft_file(instance)})
        if (::unlinkat(m_fd.get(), name.c_str(), 0) != 0 && errno != ENOENT)
            throw SystemError("unlink", fmt::format("{}/{}", state_path, name), errno);
}

InstanceLock::InstanceLock(const StateDirectory& directory, const std::string& instance)
    : m_directory(directory.fd()), m_file(lock_file(instance)) {
    if (!retry_for(longest_wait, [this] { return try_lock(); }))
        throw Refusal(
            Refused::busy,
            {fmt::format("another left4me-overlay has been working on this instance for {} s",
                         longest_wait.count()),
             fmt::format("see who holds {}/{}, and try again", state_path, m_file)});
}

InstanceLock::~InstanceLock() {
    ::unlinkat(m_directory, m_file.c_str(), 0);
}

bool InstanceLock::try_lock() {
    const std::string path = fmt::format("{}/{}", state_path, m_file);
    m_fd = FileDescriptor(
        ::openat(m_directory, m_file.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!m_fd)
        throw SystemError("open", path, errno);
    if (::flock(m_fd.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK || errno == EINTR)
            return false;
        throw SystemError("flock", path, errno);
    }
    // Whoever held it before us has removed the file: then this lock keeps nobody out.
    struct stat locked = {};
    struct stat named = {};
    if (::fstat(m_fd.get(), &locked) != 0)
        throw SystemError("fstat", path, errno);
    if (::fstatat(m_directory, m_file.c_str(), &named, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno == ENOENT)
            return false;
        throw SystemError("fstatat", path, errno);
    }
    return locked.st_ino == named.st_ino && locked.st_dev == named.st_dev;
}

} // namespace left4me
