#include "generator/l4d2ctl/observe/enablement.hpp"

#include "generator/host/file_descriptor.hpp"
#include "generator/host/file_status.hpp"
#include "generator/host/read_file.hpp"
#include "generator/host/system_error.hpp"
#include "generator/l4d2ctl/units/unit_search.hpp"
#include "generator/units/unit_names.hpp"
#include "paths.hpp"

#include <cerrno>
#include <cstddef>
#include <fcntl.h>
#include <fmt/format.h>
#include <functional>
#include <limits>
#include <string_view>
#include <sys/stat.h>
#include <utility>

namespace left4me::ctl {

namespace {

constexpr std::size_t most_drop_ins = 10'000;
constexpr std::size_t largest_drop_in = std::size_t{64} * 1024;

void for_each_name(const HostTree& tree, const std::string& path,
                   const std::function<void(int directory, std::string_view entry)>& take) {
    const FileDescriptor fd =
        checked(tree.open(path, O_RDONLY | O_DIRECTORY), "open", path, {ENOENT, EACCES});
    if (fd)
        for_each_entry(fd.get(), path, std::numeric_limits<std::size_t>::max(),
                       [&](std::string_view entry) { take(fd.get(), entry); });
}

bool is_mask(int directory, const std::string& entry) {
    return read_link(directory, entry.c_str()) == "/dev/null";
}

/// Whether one of the drop-ins in a directory may set ExecStart=: what cannot be read may.
bool may_set_command(int parent, const std::string& entry, const std::string& path) {
    const FileDescriptor directory(
        ::openat(parent, entry.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory)
        return true;
    bool may = false;
    for_each_entry(directory.get(), path, most_drop_ins, [&](std::string_view name) {
        const FileDescriptor file(
            ::openat(directory.get(), std::string(name).c_str(), read_file_flags | O_CLOEXEC));
        const FileReading reading = read_regular_file(file.get(), largest_drop_in);
        may = may || reading.status != ReadStatus::done ||
              reading.text.find("ExecStart") != std::string::npos;
    });
    return may;
}

/// When systemd read units last: it has the generators write anew first.
timespec time_of_reload(const HostTree& tree) {
    const std::string path(generator_directory);
    const FileDescriptor fd = tree.open(path, O_PATH | O_DIRECTORY);
    // Where there is none, nothing is newer than what was read.
    constexpr timespec never = {std::numeric_limits<time_t>::max(), 0};
    return fd ? status_of(fd.get(), path).st_mtim : never;
}

bool is_vendors(std::string_view directory) {
    return directory == paths::unit_directory || directory == "/lib/systemd/system" ||
           directory == "/usr/lib/systemd/system";
}

/// Whether only people, and systemctl(1) for them, put units there.
bool is_administrators(std::string_view directory) {
    return !is_vendors(directory) && directory != "/run/systemd/transient" &&
           directory != "/run/systemd/generator.early";
}

class EnablementReader {
  public:
    explicit EnablementReader(const HostTree& tree)
        : m_tree(tree), m_reload(time_of_reload(tree)) {}

    Enablement read() {
        for (const std::string& directory : unit_search_path(paths::unit_directory)) {
            if (directory == generator_directory || directory == late_generator_directory)
                continue;
            m_directory = directory;
            if (is_administrators(directory) && is_newer_file(m_tree.open(directory, O_PATH)))
                m_found.unread_by_all = directory;
            for_each_name(m_tree, directory,
                          [this](int fd, std::string_view entry) { take(fd, std::string(entry)); });
            for_each_name(m_tree, fmt::format("{}/{}", directory, servers_target_wants),
                          [this](int, std::string_view entry) {
                              if (auto name = instance_of_service(entry))
                                  m_found.enabled.insert(*std::move(name));
                          });
        }
        return std::move(m_found);
    }

  private:
    void take(int directory, const std::string& entry) {
        m_newer.clear();
        if (entry.starts_with("l4d2@") || entry == "service.d")
            m_newer = find_newer(directory, entry);
        if (entry == servers_target && counts(entry))
            m_found.target_masked = is_mask(directory, entry);
        // Of no instance, and so of all.
        if (entry == service_template && !is_vendors(m_directory) && counts(entry))
            m_found.all_commanded = true;
        if (entry == fmt::format("{}.d", service_template) || entry == "service.d") {
            m_found.all_commanded =
                m_found.all_commanded || may_set_command(directory, entry, path_of(entry));
            if (!m_newer.empty())
                m_found.unread_by_all = m_newer;
        }
        if (auto name = instance_of_service(entry); name && counts(entry))
            take_unit(directory, entry, *name);
        if (auto name = instance_of_service(entry, ".service.d")) {
            if (!m_newer.empty())
                m_found.unread.try_emplace(*name, m_newer);
            if (may_set_command(directory, entry, path_of(entry)))
                m_found.commanded.insert(*std::move(name));
        }
    }

    void take_unit(int directory, const std::string& entry, const std::string& name) {
        if (is_mask(directory, entry))
            m_found.masked.insert(name);
        if (!m_newer.empty())
            m_found.unread.try_emplace(name, m_newer);
        m_found.commanded.insert(name);
    }

    /// Whether it is the first of its name, which alone defines the unit.
    bool counts(const std::string& entry) { return m_defined.insert(entry).second; }

    [[nodiscard]] std::string path_of(const std::string& entry) const {
        return fmt::format("{}/{}", m_directory, entry);
    }

    /// What has changed since the last reload: an entry of a directory, or a drop-in in it.
    ///
    /// \return its path; "" where nothing has
    [[nodiscard]] std::string find_newer(int parent, const std::string& entry) const {
        constexpr int flags = O_CLOEXEC | O_NOFOLLOW;
        const FileDescriptor file(::openat(parent, entry.c_str(), O_PATH | flags));
        const FileDescriptor directory(
            ::openat(parent, entry.c_str(), O_RDONLY | O_DIRECTORY | flags));
        std::string newer = is_newer_file(file) ? path_of(entry) : std::string();
        if (directory)
            for_each_entry(
                directory.get(), path_of(entry), most_drop_ins, [&](std::string_view name) {
                    const FileDescriptor drop_in(
                        ::openat(directory.get(), std::string(name).c_str(), O_PATH | flags));
                    if (name.ends_with(".conf") && is_newer_file(drop_in))
                        newer = fmt::format("{}/{}", path_of(entry), name);
                });
        return newer;
    }

    /// By when it was changed in any way: what was copied with its times is new as well.
    [[nodiscard]] bool is_newer_file(const FileDescriptor& file) const {
        if (!file)
            return false;
        const struct timespec changed = status_of(file.get(), m_directory).st_ctim;
        return std::pair(changed.tv_sec, changed.tv_nsec) >
               std::pair(m_reload.tv_sec, m_reload.tv_nsec);
    }

    const HostTree& m_tree;
    timespec m_reload;
    Enablement m_found;
    std::string m_directory;
    std::set<std::string> m_defined;
    /// What of the entry that is being taken has changed since the last reload.
    std::string m_newer;
};

} // namespace

Enablement read_enablement(const HostTree& tree) {
    return EnablementReader(tree).read();
}

} // namespace left4me::ctl
