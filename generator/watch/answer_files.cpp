#include "generator/watch/answer_files.hpp"

#include "generator/host/read_file.hpp"
#include "generator/host/system_error.hpp"
#include "generator/units/run_paths.hpp"

#include <cerrno>
#include <fmt/format.h>

namespace left4me::watch {

std::optional<ServerAnswer> read_answer_file(const HostTree& tree, const std::string& instance) {
    const std::string path = fmt::format("{}/{}.json", watch_directory, instance);
    const FileDescriptor fd = tree.open_without_symlinks(path, read_file_flags);
    if (!fd) {
        throw_if_shortage(errno, "openat2", path);
        return std::nullopt;
    }
    const FileReading file = read_regular_file(fd.get(), largest_answer_file);
    return file.status == ReadStatus::done ? read_answer(file.text, instance) : std::nullopt;
}

} // namespace left4me::watch
