#include "generator/l4d2ctl/observe/generated_units.hpp"

#include "generator/host/file_status.hpp"
#include "generator/host/read_file.hpp"
#include "generator/host/system_error.hpp"
#include "generator/l4d2ctl/units/unit_search.hpp"
#include "generator/units/unit_names.hpp"
#include "generator/units/unit_text.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <fcntl.h>
#include <fmt/format.h>
#include <string_view>
#include <utility>

namespace left4me::ctl {

namespace {

constexpr std::size_t most_entries = 100'000;
/// The largest instance.env, with every layer made absolute.
constexpr std::size_t largest_file = std::size_t{4} * 1024 * 1024;

class Reader {
  public:
    explicit Reader(const HostTree& tree) : m_tree(tree) {}

    GeneratedUnits read() {
        const std::string top(generator_directory);
        for (const std::string& name : list(top)) {
            if (name.ends_with(".mount") || name.ends_with(".target"))
                read_file(top, name);
            else if (name == servers_target_wants)
                for (const std::string& link : list(fmt::format("{}/{}", top, name)))
                    take_link(fmt::format("{}/{}", name, link));
            else if (name.ends_with(".service.d"))
                read_file(top, fmt::format("{}/{}", name, drop_in_name));
        }
        const std::string late(late_generator_directory);
        if (m_tree.open(late, O_PATH) || errno != ENOENT)
            for (const std::string& name : list(late))
                if (name.ends_with(".mount"))
                    read_file(late, name);
        std::ranges::sort(m_found.files, {}, &UnitFile::path);
        return std::move(m_found);
    }

  private:
    std::vector<std::string> list(const std::string& path) {
        const FileDescriptor fd = m_tree.open(path, O_RDONLY | O_DIRECTORY);
        std::vector<std::string> names;
        if (!fd) {
            m_found.exist = m_found.exist && (path != generator_directory || errno != ENOENT);
            fail(path, errno);
        } else if (!for_each_entry(fd.get(), path, most_entries,
                                   [&](std::string_view name) { names.emplace_back(name); }))
            m_found.problems.push_back(fmt::format(
                "{}: more than {} entries, and the rest is not looked at", path, most_entries));
        return names;
    }

    void fail(const std::string& path, int error) {
        throw_if_shortage(error, "openat2", path);
        m_found.problems.push_back(fmt::format("{}: {}", path, describe_errno(error)));
    }

    void read_file(const std::string& directory, const std::string& name) {
        const std::string path = fmt::format("{}/{}", directory, name);
        const FileDescriptor fd = m_tree.open_without_symlinks(path, read_file_flags);
        // Others' .service.d need not have ours in it.
        if (!fd && (errno == ENOENT || errno == ELOOP))
            return;
        if (!fd)
            return fail(path, errno);
        FileReading file = read_regular_file(fd.get(), largest_file);
        if (file.status == ReadStatus::failed)
            fail(path, file.error);
        else if (file.status == ReadStatus::done && is_generated(file.text))
            m_found.files.push_back({UnitFile::Kind::file, name, std::move(file.text),
                                     directory == late_generator_directory});
    }

    /// Only those to units of the product.
    void take_link(const std::string& name) {
        const std::string path = fmt::format("{}/{}", generator_directory, name);
        const FileDescriptor fd = m_tree.open(path.substr(0, path.rfind('/')), O_PATH);
        const auto target =
            fd ? read_link(fd.get(), name.c_str() + name.find('/') + 1) : std::nullopt;
        if (!target)
            return;
        const std::string_view unit = std::string_view(*target).substr(target->rfind('/') + 1);
        if (unit == service_template || unit == late_instances_service)
            m_found.files.push_back({UnitFile::Kind::symlink, name, *target});
    }

    const HostTree& m_tree;
    GeneratedUnits m_found;
};

} // namespace

GeneratedUnits read_generated_units(const HostTree& tree) {
    return Reader(tree).read();
}

} // namespace left4me::ctl
