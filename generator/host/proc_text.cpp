#include "generator/host/proc_text.hpp"

#include "generator/host/file_descriptor.hpp"
#include "generator/text/ascii.hpp"
#include "generator/text/fields.hpp"
#include "generator/text/number_text.hpp"
#include "generator/text/printable.hpp"

#include <algorithm>
#include <cstdint>
#include <fcntl.h>
#include <string_view>
#include <system_error>

namespace left4me {

namespace fs = std::filesystem;

std::vector<std::string> names_in(const fs::path& directory) {
    std::vector<std::string> names;
    std::error_code error;
    for (fs::directory_iterator entry(directory, error), end; !error && entry != end;
         entry.increment(error))
        names.push_back(entry->path().filename());
    return names;
}

std::string target_of(const fs::path& link) {
    std::error_code ignored;
    return fs::read_symlink(link, ignored).string();
}

std::string read_text(const fs::path& file, std::size_t limit) {
    const FileDescriptor fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    return fd ? read_up_to(fd.get(), limit).value_or("") : "";
}

std::string first_line_of(const fs::path& file) {
    const std::string text = read_text(file);
    std::string_view rest = text;
    return std::string(take_until(rest, '\n'));
}

std::vector<std::string> list_processes() {
    std::vector<std::string> processes = names_in("/proc");
    std::erase_if(processes,
                  [](const std::string& name) { return !parse_number<std::uint64_t>(name); });
    return processes;
}

std::string command_of(const std::string& pid) {
    const std::string command = first_line_of("/proc/" + pid + "/comm");
    const bool plain = std::ranges::all_of(command, [](char c) {
        return is_ascii_alphanumeric(c) ||
               std::string_view("_-+./:").find(c) != std::string_view::npos;
    });
    return plain ? command : printable(command);
}

fs::path living_thread_of(const std::string& pid) {
    fs::path process = fs::path("/proc") / pid;
    for (const std::string& thread : names_in(process / "task"))
        if (!target_of(process / "task" / thread / "ns/mnt").empty())
            return process / "task" / thread;
    return process;
}

} // namespace left4me
