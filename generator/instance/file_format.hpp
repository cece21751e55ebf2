#pragma once

#include "generator/text/diagnostic.hpp"

#include <string>
#include <string_view>

namespace left4me {

/// How an instance.env is saved, as far as systemd reads it otherwise than its author sees it.
struct FileFormat {
    /// Warnings; none when it is saved as it should be.
    Diagnostics flaws;
    /// What it would be without them, with as many newlines, and with a newline for each CR that
    /// ended a line alone. Empty when there are none.
    std::string mended;
};

/// Returns what other systems put into text files: a byte order mark, which systemd takes for a
/// part of the first line; lines that end in CR alone; and a backslash before CR LF, which does not
/// join the line with the next. CR LF by itself does no harm.
///
/// \param text  the content of the file; one with a NUL byte is no text, and has no flaws
/// \param file  its path, for diagnostics
[[nodiscard]] FileFormat check_file_format(std::string_view text, std::string_view file);

} // namespace left4me
