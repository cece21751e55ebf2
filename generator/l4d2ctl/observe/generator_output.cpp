#include "generator/l4d2ctl/observe/generator_output.hpp"

#include "generator/host/file_status.hpp"
#include "generator/host/read_file.hpp"
#include "generator/host/system_error.hpp"
#include "generator/instance/instance_name.hpp"
#include "generator/l4d2ctl/units/unit_search.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <fcntl.h>
#include <fmt/format.h>
#include <limits>
#include <optional>
#include <unistd.h>

namespace left4me::ctl {

namespace {

/// Of a literal.
constexpr const char* directory_path = generator_directory.data();
constexpr const char* wants = "l4d2.target.wants";

std::unordered_set<std::string> entries_of(int fd, const std::string& path) {
    std::unordered_set<std::string> names;
    for_each_entry(fd, path, std::numeric_limits<std::size_t>::max(),
                   [&names](std::string_view name) { names.emplace(name); });
    return names;
}

std::optional<std::string_view> between(std::string_view text, std::string_view prefix,
                                        std::string_view suffix) {
    if (text.size() < prefix.size() + suffix.size() || !text.starts_with(prefix) ||
        !text.ends_with(suffix))
        return std::nullopt;
    return text.substr(prefix.size(), text.size() - prefix.size() - suffix.size());
}

/// Whether the file holds `expected` and no more. What systemd's tmpfs has of a file it gives at
/// once.
bool reads_as(int fd, std::string_view expected) {
    return read_up_to(fd, expected.size() + 1, expected.size()) == expected;
}

} // namespace

GeneratorOutput::GeneratorOutput(const HostTree& tree)
    : m_directory(tree.open(directory_path, O_RDONLY | O_DIRECTORY)) {
    if (!m_directory && errno != ENOENT)
        throw SystemError("open", directory_path, errno);
    if (!m_directory)
        return;
    m_entries = entries_of(m_directory.get(), directory_path);
    const FileDescriptor wanted(
        ::openat(m_directory.get(), wants, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (wanted)
        m_wanted = entries_of(wanted.get(), fmt::format("{}/{}", directory_path, wants));
}

std::set<std::string> GeneratorOutput::instances() const {
    std::set<std::string> names;
    for (const std::string& entry : m_entries)
        if (const auto name = between(entry, "l4d2@", ".service.d");
            name && is_instance_name(*name))
            names.emplace(*name);
    return names;
}

bool GeneratorOutput::has_exactly(const std::vector<UnitFile>& files, std::string_view instance,
                                  const HostConfiguration& configuration) const {
    const auto mount_unit = std::ranges::find_if(
        files, [](const UnitFile& file) { return file.path.ends_with(".mount"); });
    const std::string service = fmt::format("l4d2@{}.service", instance);
    const std::size_t present =
        m_entries.count(service + ".d") + m_wanted.count(service) +
        m_entries.count(layers_target_name(instance)) +
        m_entries.count(mount_unit == files.end() ? mount_unit_name(instance, configuration)
                                                  : mount_unit->path);
    return present == files.size() &&
           std::ranges::all_of(files, [this](const UnitFile& file) { return has(file); });
}

bool GeneratorOutput::has(const UnitFile& file) const {
    if (file.kind == UnitFile::Kind::symlink)
        return read_link(m_directory.get(), file.path.c_str()) == file.content;
    const FileDescriptor fd(::openat(m_directory.get(), file.path.c_str(),
                                     O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    return fd && reads_as(fd.get(), file.content);
}

} // namespace left4me::ctl
