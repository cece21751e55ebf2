#include "generator/l4d2ctl/observe/generated_units.hpp"

#include "generator/host/file_status.hpp"
#include "generator/host/open_beneath.hpp"
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

/// A directory and what is in it.
struct Listing {
    std::string path;
    FileDescriptor fd;
    std::vector<std::string> names;
};

class Reader {
  public:
    explicit Reader(const HostTree& tree) : m_tree(tree) {}

    GeneratedUnits read() {
        const Listing top = list(std::string(generator_directory));
        for (const std::string& name : top.names) {
            if (name.ends_with(".mount") || name.ends_with(".target"))
                read_file(top, name, false);
            else if (name == servers_target_wants)
                take_links(name);
            else if (name.ends_with(".service.d"))
                read_file(top, fmt::format("{}/{}", name, drop_in_name), false);
        }
        const std::string late_path(late_generator_directory);
        if (m_tree.open(late_path, O_PATH) || errno != ENOENT) {
            const Listing late = list(late_path);
            for (const std::string& name : late.names)
                if (name.ends_with(".mount"))
                    read_file(late, name, true);
        }
        std::ranges::sort(m_found.files, {}, &UnitFile::path);
        return std::move(m_found);
    }

  private:
    Listing list(std::string path) {
        Listing listing = {std::move(path), {}, {}};
        listing.fd = m_tree.open(listing.path, O_RDONLY | O_DIRECTORY);
        if (!listing.fd) {
            m_found.exist =
                m_found.exist && (listing.path != generator_directory || errno != ENOENT);
            fail(listing.path, errno);
        } else if (!for_each_entry(
                       listing.fd.get(), listing.path, most_entries,
                       [&](std::string_view name) { listing.names.emplace_back(name); }))
            m_found.problems.push_back(
                fmt::format("{}: more than {} entries, and the rest is not looked at", listing.path,
                            most_entries));
        return listing;
    }

    void fail(const std::string& path, int error) {
        throw_if_shortage(error, "openat2", path);
        m_found.problems.push_back(fmt::format("{}: {}", path, describe_errno(error)));
    }

    void read_file(const Listing& directory, const std::string& name, bool late) {
        const FileDescriptor fd = open_beneath(directory.fd.get(), name, read_file_flags);
        // Others' .service.d need not have ours in it.
        if (!fd && (errno == ENOENT || errno == ELOOP))
            return;
        const auto path = [&] { return fmt::format("{}/{}", directory.path, name); };
        if (!fd)
            return fail(path(), errno);
        FileReading file = read_regular_file(fd.get(), largest_file);
        if (file.status == ReadStatus::failed)
            fail(path(), file.error);
        else if (file.status == ReadStatus::done && is_generated(file.text))
            m_found.files.push_back({UnitFile::Kind::file, name, std::move(file.text), late});
    }

    /// Only those to units of the product.
    void take_links(const std::string& wants) {
        const Listing directory = list(fmt::format("{}/{}", generator_directory, wants));
        for (const std::string& name : directory.names) {
            const auto target = read_link(directory.fd.get(), name.c_str());
            if (!target)
                continue;
            const std::string_view unit = std::string_view(*target).substr(target->rfind('/') + 1);
            if (unit == service_template || unit == late_instances_service)
                m_found.files.push_back(
                    {UnitFile::Kind::symlink, fmt::format("{}/{}", wants, name), *target});
        }
    }

    const HostTree& m_tree;
    GeneratedUnits m_found;
};

} // namespace

GeneratedUnits read_generated_units(const HostTree& tree) {
    return Reader(tree).read();
}

} // namespace left4me::ctl
