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
    /// The symlink in /proc that leads to it.
    std::filesystem::path link;
    /// From fdinfo (proc(5)) or statx(2); 0 if fdinfo cannot be read.
    std::uint64_t mount_id = 0;
    /// MAJOR:MINOR; empty for a descriptor, which is not looked at: its file system may not answer.
    std::string device;
    /// For a descriptor: whether it was opened with O_DIRECTORY.
    bool is_directory = false;
    /// Whether it was opened for writing.
    bool is_writable = false;
    /// Whether no path leads to it any more.
    bool is_deleted = false;
};

/// What a process has open, as far as it was asked for.
struct OpenFiles {
    /// The first four.
    std::vector<OpenFile> files;
    /// How many more there are.
    std::size_t unnamed = 0;

    /// The words of `files`, and the number of others, separated by commas.
    [[nodiscard]] std::string in_words() const;
};

/// Looks at working and root directories, executable, descriptors and mappings of a process. A file
/// is known by its mount and not by its path. That finds processes in a chroot or another mount
/// namespace, and files that were deleted. Throws nothing of its own.
///
/// \param pid     as /proc names it
/// \param wanted  called for each, in that order; returns whether it belongs into the result
/// \return without what is gone or may not be looked at; files with the same words count once
[[nodiscard]] OpenFiles find_open_files(const std::string& pid,
                                        const std::function<bool(const OpenFile&)>& wanted);

} // namespace left4me
