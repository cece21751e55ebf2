#include "generator/overlay/mount_record_files.hpp"

#include "generator/host/host_tree.hpp"
#include "generator/host/read_file.hpp"
#include "generator/host/system_error.hpp"
#include "generator/instance/instance_name.hpp"
#include "generator/units/run_paths.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <string_view>
#include <sys/file.h>

namespace left4me {

namespace {

constexpr std::size_t largest_record = std::size_t{1024} * 1024;

} // namespace

std::string MountRecords::record_file(const std::string& instance) {
    return instance + std::string(record_ending);
}

std::string MountRecords::lock_file(const std::string& instance) {
    return instance + ".lock";
}

FileDescriptor MountRecords::open_directory() {
    return FileDescriptor(::open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

MountRecords MountRecords::open() {
    return MountRecords(checked(open_directory(), "open", directory, {ENOENT}));
}

std::optional<MountRecords> MountRecords::open_if_permitted() {
    try {
        return open();
    } catch (const SystemError& error) {
        if (error.error() != EACCES)
            throw;
        return std::nullopt;
    }
}

std::set<std::string> MountRecords::recorded_instances() const {
    std::set<std::string> instances;
    if (!m_fd)
        return instances;
    for (const std::string& file : list_directory(m_fd.get(), directory)) {
        std::string_view name = file;
        if (!name.ends_with(record_ending))
            continue;
        name.remove_suffix(record_ending.size());
        if (is_name_of_any_version(name))
            instances.emplace(name);
    }
    return instances;
}

bool MountRecords::is_locked(const std::string& instance) const {
    if (!m_fd)
        return false;
    const std::string file = lock_file(instance);
    const std::string path = fmt::format("{}/{}", directory, file);
    const FileDescriptor fd(
        checked(::openat(m_fd.get(), file.c_str(), read_file_flags | O_NOFOLLOW | O_CLOEXEC),
                "open", path, {ENOENT}));
    // Shared: two that only look take each other for nobody at work.
    return fd &&
           checked(::flock(fd.get(), LOCK_SH | LOCK_NB), "flock", path, {EWOULDBLOCK, EINTR}) != 0;
}

std::optional<MountRecord> MountRecords::read_record(const std::string& instance) const {
    const std::optional<std::string> text = read_record_text(instance);
    return text ? parse_record(*text) : std::nullopt;
}

std::optional<std::string> MountRecords::read_record_text(const std::string& instance) const {
    if (!m_fd)
        return std::nullopt;
    const std::string path = record_path(instance);
    const FileDescriptor fd(checked(::openat(m_fd.get(), record_file(instance).c_str(),
                                             read_file_flags | O_NOFOLLOW | O_CLOEXEC),
                                    "open", path, {ENOENT}));
    if (!fd)
        return std::nullopt;
    FileReading file = read_regular_file(fd.get(), largest_record);
    if (file.status == ReadStatus::failed)
        throw SystemError("read", path, file.error);
    if (file.status != ReadStatus::done)
        return std::nullopt;
    return std::move(file.text);
}

std::string MountRecords::record_path(const std::string& instance) {
    return fmt::format("{}/{}", directory, record_file(instance));
}

} // namespace left4me
