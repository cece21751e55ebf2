#pragma once

#include "generator/host/host_tree.hpp"
#include "generator/host/read_file.hpp"
#include "generator/instance/host_configuration.hpp"
#include "generator/instance/instance.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

namespace left4me {

/// The most bytes of an instance.env; a larger one is not read.
inline constexpr std::size_t largest_instance_file = std::size_t{64} * 1024;

/// Returns what read_instance() makes of the text of an instance.env, or an error if it is too
/// large or not a regular file.
///
/// \param file  read with `largest_instance_file` as its limit
/// \param name  a valid instance name
/// \param path  of the file, for diagnostics and units
/// \throw SystemError (read, `path`) if it could not be read
[[nodiscard]] InstanceReading read_instance_file(const FileReading& file, const std::string& name,
                                                 const std::string& path,
                                                 const HostConfiguration& configuration);

/// Returns the error of an instance.env that could not be opened, with `open_error` set.
///
/// \param path   of the file
/// \param error  the errno of openat2(2)
[[nodiscard]] InstanceReading unopened_instance_file(const std::string& path, int error);

struct InstanceListing {
    /// Valid names, each once: those of the first instance directory first, and within one
    /// directory sorted by byte.
    std::vector<std::string> names;
    /// About entries that are not instances, and directories that cannot be listed.
    Diagnostics diagnostics;
};

/// The directories that hold instances, open; it owns their descriptors and cannot be copied. What
/// is in them is somebody else's. No symlink in NAME or instance.env is followed, nothing is waited
/// for, and there is an end to what is read, however much is there.
class InstanceFiles {
  public:
    /// \param configuration  has to outlive this
    /// \param paths          those of the configuration to look into, in that order; one that does
    ///                       not exist has no instances
    /// \throw SystemError (openat2) if the system is short of something (is_shortage())
    InstanceFiles(const HostTree& tree, const HostConfiguration& configuration,
                  const std::vector<std::string>& paths);

    /// Returns the names that at least one directory has. A single directory has at most 8,192,
    /// looked for among its first million entries; if there are more, that is an error. From then
    /// on read() takes other names of a directory that was listed to the end as missing from it.
    ///
    /// \param kept_first  names that are kept if there are more; those that come first by byte are
    ///                    kept after them
    [[nodiscard]] InstanceListing list(const std::set<std::string, std::less<>>& kept_first = {});

    /// Reads the instance.env of one instance, from the first directory that has one. It reads at
    /// most 64 KiB, and once the files of more than 2 KiB hold 4 MiB together, no more of those. An
    /// instance.env that cannot be opened is an error with that file, not a missing one.
    ///
    /// \param name  a valid instance name
    /// \return nothing if no directory has an instance.env for it; an error about a directory
    ///         instead if that exists and could not be opened
    /// \throw SystemError if the system is short of something (openat2, is_shortage()), or the
    ///        opened file cannot be read
    [[nodiscard]] std::optional<InstanceReading> read(const std::string& name);

  private:
    struct Directory {
        std::string path;
        FileDescriptor fd;
        /// Why it could not be opened, an errno.
        int error = 0;
        /// The entries that may be instances, once all of them have been listed: what is not among
        /// them need not be looked for.
        std::optional<std::unordered_set<std::string>> names = {};
    };

    [[nodiscard]] InstanceReading read_file(int fd, const std::string& name,
                                            const std::string& path);

    const HostConfiguration& m_configuration;
    std::vector<Directory> m_directories;
    /// Bytes.
    std::size_t m_large_files = 0;
};

} // namespace left4me
