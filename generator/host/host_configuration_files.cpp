#include "generator/host/host_configuration_files.hpp"

#include "generator/host/file_status.hpp"
#include "generator/host/mount_search.hpp"
#include "generator/host/read_file.hpp"
#include "generator/host/system_error.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <map>
#include <string>
#include <sys/sysmacros.h>
#include <utility>

namespace left4me {

namespace {

/// The one that counts first.
constexpr std::array<std::string_view, 3> directories = {"/etc/left4me", "/run/left4me",
                                                         "/usr/lib/left4me"};
constexpr std::size_t largest_file = std::size_t{64} * 1024;

bool is_dev_null(int fd, const std::string& path) {
    const struct stat status = status_of(fd, path);
    return S_ISCHR(status.st_mode) && status.st_rdev == makedev(1, 3);
}

/// Resolves the symlinks of the state root, which generator and helper have to do alike: systemd
/// takes none in the path of a mount unit. One that an unprivileged user could replace is refused,
/// and so is one that leads to a path no unit file can hold.
///
/// \param named  absolute and normalised
StateRoot find_state_root(const HostTree& tree, const std::string& named) {
    // Without O_DIRECTORY the last component is not automounted (open(2), O_PATH).
    const FileDescriptor directory = tree.open_without_symlinks(named, O_PATH);
    const int error = directory ? 0 : errno;
    throw_if_shortage(error, "openat2", named);
    const bool may_be_symlink = error == ELOOP || error == ENOENT || error == ENOTDIR;
    if (!may_be_symlink)
        return {named, {}, {}};

    MountSearch search = search_mounts(tree, named);
    if (!search.problem.empty())
        return {{}, std::move(search.problem), "name the directory itself"};
    if (!search.replaceable_link.empty())
        return {{},
                fmt::format("leads through the symbolic link {}, and not only root can write to {}",
                            search.replaceable_link, search.writable_directory),
                fmt::format("write Root={}, or let only root write there", search.resolved)};
    if (search.resolved == "/")
        return {{}, "leads to /", "name a directory below it"};
    return {std::move(search.resolved), {}, {}};
}

class Files {
  public:
    Files(const HostTree& tree, Denied denied) : m_tree(tree), m_denied(denied) {}

    HostConfigurationReading read() {
        read_main_file();
        read_drop_ins();

        std::optional<HostConfiguration> configuration = m_settings.resolve(
            [this](const std::string& named) { return find_state_root(m_tree, named); });
        Diagnostics diagnostics = std::move(m_problems);
        const Diagnostics& of_settings = m_settings.diagnostics();
        diagnostics.insert(diagnostics.end(), of_settings.begin(), of_settings.end());
        if (has_errors(diagnostics))
            configuration.reset();
        return {std::move(configuration), std::move(diagnostics), std::move(m_hidden)};
    }

  private:
    void read_main_file() {
        for (const std::string_view directory : directories)
            if (read_file(fmt::format("{}/left4me.conf", directory)))
                return;
    }

    void read_drop_ins() {
        std::map<std::string, std::string> path_of_name;
        for (const std::string_view directory : directories) {
            const std::string drop_ins = fmt::format("{}/left4me.conf.d", directory);
            const FileDescriptor fd = m_tree.open(drop_ins, O_RDONLY | O_DIRECTORY);
            if (!fd) {
                if (errno != ENOENT)
                    report_errno(drop_ins, errno);
                continue;
            }
            for (const std::string& name : list_directory(fd.get(), drop_ins))
                if (name.ends_with(".conf") && !name.starts_with('.'))
                    path_of_name.try_emplace(name, fmt::format("{}/{}", drop_ins, name));
        }
        for (const auto& [name, path] : path_of_name)
            read_file(path);
    }

    /// False when there is no such file.
    bool read_file(const std::string& path) {
        const FileDescriptor fd = m_tree.open(path, read_file_flags);
        if (!fd) {
            if (errno == ENOENT)
                return false;
            const bool passed_over = errno == EACCES && m_denied == Denied::pass_over;
            report_errno(path, errno);
            return !passed_over;
        }
        if (is_dev_null(fd.get(), path))
            return true;
        const FileReading file = read_regular_file(fd.get(), largest_file);
        if (file.status == ReadStatus::done)
            m_settings.merge(file.text, path);
        else if (file.status == ReadStatus::failed)
            report_errno(path, file.error);
        else
            report(path, file.problem);
        return true;
    }

    void report_errno(const std::string& path, int error) {
        throw_if_shortage(error, "openat2", path);
        if (error == EACCES && m_denied == Denied::pass_over) {
            m_hidden.push_back(path);
            return;
        }
        report(path, describe_errno(error), error);
    }

    void report(const std::string& path, std::string problem, int error = 0) {
        m_problems.push_back({Severity::error,
                              path,
                              1,
                              {std::move(problem), "make it a readable text file, or remove it"},
                              error});
    }

    const HostTree& m_tree;
    Denied m_denied;
    HostSettings m_settings;
    Diagnostics m_problems;
    std::vector<std::string> m_hidden;
};

} // namespace

HostConfigurationReading read_host_configuration(const HostTree& tree, Denied denied) {
    return Files(tree, denied).read();
}

} // namespace left4me
