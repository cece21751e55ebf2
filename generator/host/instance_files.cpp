#include "generator/host/instance_files.hpp"

#include "generator/host/open_beneath.hpp"
#include "generator/host/read_file.hpp"
#include "generator/host/system_error.hpp"
#include "generator/instance/instance_name.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <iterator>
#include <set>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace left4me {

namespace {

constexpr std::size_t usual_file = std::size_t{2} * 1024;
constexpr std::size_t largest_total = std::size_t{4} * 1024 * 1024;
constexpr std::size_t most_entries = 1'000'000;
constexpr std::size_t most_names = largest_max_instances;
constexpr std::size_t most_strangers_named = 10;
constexpr const char* unlistable_remedy = "make it a directory that root can list";

InstanceReading unusable(const std::string& path, std::string problem, std::string remedy) {
    return {std::nullopt, {error_at(path, 1, {std::move(problem), std::move(remedy)})}, path};
}

} // namespace

InstanceReading unopened_instance_file(const std::string& path, int error) {
    const auto because = [&](std::string problem, std::string remedy) {
        InstanceReading reading = unusable(path, std::move(problem), std::move(remedy));
        reading.open_error = error;
        reading.diagnostics.front().error = error;
        return reading;
    };
    if (error == ELOOP)
        return because("a symbolic link", "put the file itself there");
    if (error == ENXIO)
        return because("not a regular file", "put a text file there");
    if (error == EAGAIN)
        return because("another process holds a lease on it",
                       "end that process, or write the file anew");
    return because(describe_errno(error), "make it a text file that root can read");
}

InstanceReading read_instance_file(const FileReading& file, const std::string& name,
                                   const std::string& path,
                                   const HostConfiguration& configuration) {
    if (file.status == ReadStatus::done)
        return read_instance(name, path, file.text, configuration);
    if (file.status == ReadStatus::failed)
        throw SystemError("read", path, file.error);
    return unusable(path, file.problem,
                    file.status == ReadStatus::too_large ? "shorten it" : "put a text file there");
}

namespace {

/// The instances among the entries of one directory.
class DirectoryListing {
  public:
    DirectoryListing(std::string path, const std::set<std::string, std::less<>>& kept_first)
        : m_path(std::move(path)), m_kept_first(kept_first) {}

    void read(int fd) {
        bool cut_off = false;
        try {
            const bool all = for_each_entry(fd, m_path, most_entries,
                                            [this](std::string_view name) { take(name); });
            drop_what_is_too_many();
            cut_off = !all || m_too_many;
            m_whole = !cut_off;
        } catch (const SystemError& failure) {
            cannot_list(failure.error());
        }
        std::ranges::sort(m_names);
        for (const std::string& name : m_first_strangers)
            object_to(name);
        if (m_strangers > most_strangers_named)
            warn(fmt::format("{} more entries are no instance names and are ignored",
                             m_strangers - most_strangers_named),
                 "clear the directory of what is no instance");
        if (cut_off)
            m_diagnostics.push_back(error_at(
                m_path, 0,
                {fmt::format("more than {} instances or {} entries, and the rest is ignored",
                             most_names, most_entries),
                 "clear the directory of what is no instance"}));
    }

    void cannot_list(int error) {
        m_diagnostics.push_back(
            {Severity::error, m_path, 0, {describe_errno(error), unlistable_remedy}, error});
    }

    [[nodiscard]] const std::vector<std::string>& names() const { return m_names; }

    /// Whether there are no other names.
    [[nodiscard]] bool is_whole() const { return m_whole; }

    [[nodiscard]] const Diagnostics& diagnostics() const { return m_diagnostics; }

  private:
    void take(std::string_view name) {
        if (!is_instance_name(name)) {
            ++m_strangers;
            m_first_strangers.emplace(name);
            if (m_first_strangers.size() > most_strangers_named)
                m_first_strangers.erase(std::prev(m_first_strangers.end()));
        } else {
            m_names.emplace_back(name);
            if (m_names.size() == 2 * most_names)
                drop_what_is_too_many();
        }
    }

    /// Which names stay depends on what there is, and not on the order in which it is listed.
    void drop_what_is_too_many() {
        if (m_names.size() <= most_names)
            return;
        const auto end = m_names.begin() + static_cast<std::ptrdiff_t>(most_names);
        std::ranges::nth_element(m_names, end, {}, [this](const std::string& name) {
            return std::pair(!m_kept_first.contains(name), std::string_view(name));
        });
        m_names.erase(end, m_names.end());
        m_too_many = true;
    }

    /// An earlier version may have started a server of a name that ends like a unit's.
    void object_to(const std::string& name) {
        const Severity severity =
            is_name_of_any_version(name) ? Severity::error : Severity::warning;
        m_diagnostics.push_back(
            {severity,
             m_path,
             0,
             {fmt::format("{} is no instance name and is ignored", printable(name)),
              fmt::format("rename it to {}", instance_name_rule(name))}});
    }

    void warn(std::string problem, std::string remedy) {
        m_diagnostics.push_back(warning_at(m_path, 0, {std::move(problem), std::move(remedy)}));
    }

    std::string m_path;
    const std::set<std::string, std::less<>>& m_kept_first;
    std::vector<std::string> m_names;
    Diagnostics m_diagnostics;
    std::size_t m_strangers = 0;
    /// In the order of their names.
    std::set<std::string> m_first_strangers;
    bool m_too_many = false;
    bool m_whole = false;
};

} // namespace

InstanceFiles::InstanceFiles(const HostTree& tree, const HostConfiguration& configuration,
                             const std::vector<std::string>& paths)
    : m_configuration(configuration) {
    for (const std::string& path : paths) {
        FileDescriptor fd = tree.open(path, O_RDONLY | O_DIRECTORY);
        const int error = fd ? 0 : errno;
        throw_if_shortage(error, "openat2", path);
        m_directories.push_back({path, std::move(fd), error});
    }
}

InstanceListing InstanceFiles::list(const std::set<std::string, std::less<>>& kept_first) {
    InstanceListing listing;
    std::unordered_set<std::string> seen;
    for (Directory& directory : m_directories) {
        DirectoryListing entries(directory.path, kept_first);
        if (directory.fd)
            entries.read(directory.fd.get());
        else if (directory.error != ENOENT)
            entries.cannot_list(directory.error);
        for (const std::string& name : entries.names())
            if (seen.insert(name).second)
                listing.names.push_back(name);
        if (entries.is_whole())
            directory.names.emplace(entries.names().begin(), entries.names().end());
        std::ranges::copy(entries.diagnostics(), std::back_inserter(listing.diagnostics));
    }
    return listing;
}

std::optional<InstanceReading> InstanceFiles::read(const std::string& name) {
    // Of a name that earlier versions took, nothing is read, but what is mounted is taken down.
    if (!is_instance_name(name))
        return std::nullopt;
    const std::string file = name + "/instance.env";
    for (const Directory& directory : m_directories) {
        if (!directory.fd || (directory.names && !directory.names->contains(name)))
            continue;
        const FileDescriptor fd = open_beneath(directory.fd.get(), file, read_file_flags);
        if (!fd && (errno == ENOENT || errno == ENOTDIR))
            continue;
        const int error = errno;
        const std::string path = fmt::format("{}/{}", directory.path, file);
        if (fd)
            return read_file(fd.get(), name, path);
        throw_if_shortage(error, "openat2", path);
        return unopened_instance_file(path, error);
    }
    for (const Directory& directory : m_directories)
        if (!directory.fd && directory.error != ENOENT)
            return unusable(directory.path, describe_errno(directory.error), unlistable_remedy);
    return std::nullopt;
}

InstanceReading InstanceFiles::read_file(int fd, const std::string& name, const std::string& path) {
    // What is small is always read: nobody's large files keep others from being read.
    const std::size_t limit = m_large_files < largest_total ? largest_instance_file : usual_file;
    const FileReading file = read_regular_file(fd, limit);
    if (file.text.size() > usual_file)
        m_large_files += file.text.size();
    if (file.status == ReadStatus::too_large && limit == usual_file)
        return unusable(path,
                        fmt::format("larger than {} bytes, and so many others are that it is not "
                                    "read",
                                    usual_file),
                        "shorten them");
    return read_instance_file(file, name, path, m_configuration);
}

} // namespace left4me
