#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace left4me {

/// Something that a process has open.
struct OpenFile {
    /// For people: `working directory`, `open file '/…'`.
    std::string words;
    /// In /proc, what leads to it.
    std::filesystem::path link;
    /// As of fdinfo or statx(2).
    std::uint64_t mount_id = 0;
    /// MAJOR:MINOR; empty of what has a descriptor, which is not looked at: its file system may not
    /// answer.
    std::string device;
    bool is_directory = false;
    /// Whether it was opened for writing.
    bool is_writable = false;
    /// Whether no path leads to it any more.
    bool is_deleted = false;
};

/// What a process has open, as far as it was asked for.
struct OpenFiles {
    /// The first few.
    std::vector<OpenFile> files;
    /// How many more.
    std::size_t unnamed = 0;

    [[nodiscard]] std::string in_words() const;
};

/// Looks at working and root directories, executable, descriptors and mappings of a process. A file
/// is known by the mount it was opened through and not by its path, so that processes in a chroot
/// or another mount namespace and files that were deleted are found.
///
/// \param wanted  told of each; of whatever has no mount or device it is not
[[nodiscard]] OpenFiles find_open_files(const std::string& pid,
                                        const std::function<bool(const OpenFile&)>& wanted);

} // namespace left4me
