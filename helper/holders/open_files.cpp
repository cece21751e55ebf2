#include "helper/holders/open_files.hpp"

#include "generator/host/file_status.hpp"
#include "generator/host/proc_text.hpp"
#include "generator/text/fields.hpp"
#include "generator/text/number_text.hpp"
#include "generator/text/printable.hpp"

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <fmt/format.h>
#include <string_view>
#include <sys/stat.h>
#include <utility>

namespace left4me {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_files_named = 4;

/// What is asked for stands in the first bytes of fdinfo.
constexpr std::size_t most_text = 512;

constexpr std::array<std::pair<const char*, const char*>, 2> thread_links = {{
    {"cwd", "working directory"},
    {"root", "root directory"},
}};

constexpr std::string_view deleted_ending = " (deleted)";

/// A number in a file of /proc/PID/fdinfo (proc(5)); 0 where it is missing.
std::uint64_t number_after(std::string_view text, std::string_view key, int base) {
    text.remove_prefix(std::min(text.find(key), text.size()));
    text.remove_prefix(std::min(key.size(), text.size()));
    return parse_number<std::uint64_t>(take_until(text, '\n'), base).value_or(0);
}

class Search {
  public:
    Search(const std::string& pid, const std::function<bool(const OpenFile&)>& wanted)
        : m_process(fs::path("/proc") / pid), m_wanted(wanted) {}

    OpenFiles run() {
        const std::vector<std::string> threads = names_in(m_process / "task");
        for (const std::string& thread : threads)
            for (const auto& [link, words] : thread_links)
                add_link(m_process / "task" / thread / link, words, true, false);
        const std::string executable = target_of(m_process / "exe");
        add_link(m_process / "exe", fmt::format("executable {}", printable_path(executable)), false,
                 false);
        // Threads share them, except the first when it has ended before the others.
        for (const std::string& thread : threads)
            if (add_descriptors(m_process / "task" / thread))
                break;
        for (const std::string& range : names_in(m_process / "map_files"))
            add_mapping(m_process / "map_files" / range, executable);
        return std::move(m_found);
    }

  private:
    void add(OpenFile file) {
        if (!m_wanted(file) ||
            std::ranges::find(m_found.files, file.words, &OpenFile::words) != m_found.files.end())
            return;
        if (m_found.files.size() < most_files_named)
            m_found.files.push_back(std::move(file));
        else
            ++m_found.unnamed;
    }

    void add_link(const fs::path& link, std::string words, bool is_directory, bool is_writable) {
        if (const auto place = place_of(AT_FDCWD, link.c_str(), 0))
            add({std::move(words), link, place->mount_id, place->device, is_directory, is_writable,
                 target_of(link).ends_with(deleted_ending)});
    }

    /// \return whether there were any, on whatever mount
    bool add_descriptors(const fs::path& thread) {
        const std::vector<std::string> descriptors = names_in(thread / "fd");
        for (const std::string& descriptor : descriptors) {
            const std::string info = read_text(thread / "fdinfo" / descriptor, most_text);
            const auto flags = static_cast<int>(number_after(info, "flags:\t", 8));
            OpenFile file;
            file.mount_id = number_after(info, "mnt_id:\t", 10);
            file.link = thread / "fd" / descriptor;
            file.is_directory = (flags & O_DIRECTORY) != 0;
            file.is_writable = (flags & O_PATH) == 0 && (flags & O_ACCMODE) != O_RDONLY;
            const std::string target = target_of(file.link);
            file.is_deleted = target.ends_with(deleted_ending);
            file.words = fmt::format("open file {}", printable_path(target));
            add(std::move(file));
        }
        return !descriptors.empty();
    }

    void add_mapping(const fs::path& link, const std::string& executable) {
        const std::string target = target_of(link);
        if (target == executable)
            return;
        // What was opened for writing shows in the mode of the link (proc(5), map_files).
        struct stat status = {};
        const bool is_writable =
            ::lstat(link.c_str(), &status) == 0 && (status.st_mode & S_IWUSR) != 0;
        add_link(link, fmt::format("mapping {}", printable_path(target)), false, is_writable);
    }

    fs::path m_process;
    const std::function<bool(const OpenFile&)>& m_wanted;
    OpenFiles m_found;
};

} // namespace

std::string OpenFiles::in_words() const {
    std::string text;
    for (const OpenFile& file : files)
        text += (text.empty() ? "" : ", ") + file.words;
    return unnamed == 0 ? text : fmt::format("{}, and {} more", text, unnamed);
}

OpenFiles find_open_files(const std::string& pid,
                          const std::function<bool(const OpenFile&)>& wanted) {
    return Search(pid, wanted).run();
}

} // namespace left4me
