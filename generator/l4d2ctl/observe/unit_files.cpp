#include "generator/l4d2ctl/observe/unit_files.hpp"

#include "generator/host/file_status.hpp"
#include "generator/host/read_file.hpp"
#include "generator/host/system_error.hpp"
#include "generator/l4d2ctl/units/unit_search.hpp"
#include "generator/units/unit_text.hpp"
#include "paths.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <fcntl.h>
#include <fmt/format.h>
#include <optional>
#include <string_view>
#include <sys/stat.h>
#include <utility>

namespace left4me::ctl {

namespace {

constexpr std::size_t largest_file = std::size_t{1024} * 1024;
constexpr std::size_t most_entries = 10'000;

class Search {
  public:
    Search(const HostTree& tree, const std::string& unit, const std::vector<UnitFile>& generated)
        : m_tree(tree), m_path(unit_search_path(paths::unit_directory)), m_generated(generated) {
        m_pieces.unit = unit;
    }

    UnitPieces find() {
        find_fragment();
        find_drop_ins();
        return std::move(m_pieces);
    }

  private:
    [[nodiscard]] const UnitFile* find_generated(std::string_view path) const {
        const auto found = std::ranges::find_if(m_generated, [&](const UnitFile& file) {
            return file.kind == UnitFile::Kind::file &&
                   path == fmt::format("{}/{}", generator_directory, file.path);
        });
        return found == m_generated.end() ? nullptr : &*found;
    }

    /// What is at `path`, or will be; nothing when nothing is, or only what the generator has left
    /// there and would not again.
    [[nodiscard]] std::optional<UnitPiece> read(const std::string& path) const {
        UnitPiece piece;
        piece.path = path;
        if (const UnitFile* const file = find_generated(path)) {
            piece.text = file->content;
            piece.generated = true;
            return piece;
        }
        if (links_to_nothing(path)) {
            piece.masked = true;
            return piece;
        }
        const FileDescriptor fd = m_tree.open(path, read_file_flags);
        if (const int error = fd ? 0 : errno; error != 0) {
            if (error == ENOENT || error == ENOTDIR)
                return std::nullopt;
            throw_if_shortage(error, "openat2", path);
            piece.problem = describe_errno(error);
            return piece;
        }
        FileReading file = read_regular_file(fd.get(), largest_file);
        piece.text = std::move(file.text);
        piece.problem = std::move(file.problem);
        if (path.starts_with(generator_directory) && is_generated(piece.text))
            return std::nullopt;
        return piece;
    }

    /// Whether systemctl mask has been here. The tree need not have a /dev/null.
    [[nodiscard]] bool links_to_nothing(const std::string& path) const {
        const std::size_t slash = path.rfind('/');
        const FileDescriptor directory = m_tree.open(path.substr(0, slash), O_PATH | O_DIRECTORY);
        return directory && read_link(directory.get(), path.c_str() + slash + 1) == "/dev/null";
    }

    void find_fragment() {
        for (const std::string& name : fragment_names(m_pieces.unit))
            for (const std::string& directory : m_path) {
                std::optional<UnitPiece> piece = read(fmt::format("{}/{}", directory, name));
                if (!piece)
                    continue;
                if (piece->text.empty() && piece->problem.empty())
                    piece->masked = true;
                m_pieces.fragment = std::move(piece);
                note_hidden(fmt::format("{}/{}", generator_directory, name),
                            m_pieces.fragment->path);
                return;
            }
    }

    /// Notes that what the generator makes at `path` is not read, since `by` is in its place.
    void note_hidden(const std::string& path, const std::string& by) {
        if (const UnitFile* const file = find_generated(path); file != nullptr && path != by) {
            m_pieces.hidden = UnitPiece{path, file->content, true, false, {}};
            m_pieces.hidden_by = by;
        }
    }

    void find_drop_ins() {
        std::vector<DropInDirectory> directories;
        const std::vector<std::string> names = drop_in_directory_names(m_pieces.unit);
        for (const std::string& above : m_path)
            for (const std::string& name : names)
                directories.push_back(list(fmt::format("{}/{}", above, name)));
        for (const std::string& above : m_path)
            directories.push_back(
                list(fmt::format("{}/{}", above, type_drop_in_directory_name(m_pieces.unit))));
        for (const FoundDropIn& found : order_drop_ins(directories)) {
            if (std::optional<UnitPiece> piece = read(found.path))
                m_pieces.drop_ins.push_back(*std::move(piece));
            for (const std::string& hidden : found.hides)
                note_hidden(hidden, found.path);
        }
    }

    /// What is in it, or will be.
    [[nodiscard]] DropInDirectory list(std::string path) const {
        DropInDirectory directory = {std::move(path), {}};
        for (const UnitFile& file : m_generated)
            if (const std::string whole = fmt::format("{}/{}", generator_directory, file.path);
                whole.starts_with(directory.path + "/"))
                directory.names.push_back(whole.substr(directory.path.size() + 1));
        const FileDescriptor fd = m_tree.open(directory.path, O_RDONLY | O_DIRECTORY);
        if (!fd) {
            throw_if_shortage(errno, "openat2", directory.path);
            return directory;
        }
        for_each_entry(fd.get(), directory.path, most_entries, [&](std::string_view name) {
            const std::string file = fmt::format("{}/{}", directory.path, name);
            if (find_generated(file) == nullptr && is_drop_in(file))
                directory.names.emplace_back(name);
        });
        return directory;
    }

    /// Not what the generator has left there and would not again, and no directory.
    [[nodiscard]] bool is_drop_in(const std::string& path) const {
        if (!path.ends_with(".conf"))
            return false;
        if (path.starts_with(generator_directory))
            return read(path).has_value();
        if (links_to_nothing(path))
            return true;
        const FileDescriptor fd = m_tree.open(path, O_PATH);
        struct stat status = {};
        return !fd || ::fstat(fd.get(), &status) != 0 || !S_ISDIR(status.st_mode);
    }

    const HostTree& m_tree;
    std::vector<std::string> m_path;
    const std::vector<UnitFile>& m_generated;
    UnitPieces m_pieces;
};

} // namespace

UnitPieces find_unit_pieces(const HostTree& tree, const std::string& unit,
                            const std::vector<UnitFile>& generated) {
    return Search(tree, unit, generated).find();
}

} // namespace left4me::ctl
