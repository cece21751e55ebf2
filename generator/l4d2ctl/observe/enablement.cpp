#include "generator/l4d2ctl/observe/enablement.hpp"

#include "generator/host/file_descriptor.hpp"
#include "generator/host/file_status.hpp"
#include "generator/host/read_file.hpp"
#include "generator/host/system_error.hpp"
#include "generator/units/unit_names.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <fcntl.h>
#include <fmt/format.h>
#include <functional>
#include <limits>
#include <string_view>
#include <utility>

namespace left4me::ctl {

namespace {

constexpr std::array<std::string_view, 4> directories = {
    "/etc/systemd/system.control", "/run/systemd/system.control", "/etc/systemd/system",
    "/run/systemd/system"};

constexpr std::size_t most_drop_ins = 10'000;
constexpr std::size_t largest_drop_in = std::size_t{64} * 1024;

void for_each_name(const HostTree& tree, const std::string& path,
                   const std::function<void(int directory, std::string_view entry)>& take) {
    const FileDescriptor fd =
        checked(tree.open(path, O_RDONLY | O_DIRECTORY), "open", path, {ENOENT, EACCES});
    if (fd)
        for_each_entry(fd.get(), path, std::numeric_limits<std::size_t>::max(),
                       [&](std::string_view entry) { take(fd.get(), entry); });
}

bool is_mask(int directory, const std::string& entry) {
    return read_link(directory, entry.c_str()) == "/dev/null";
}

/// Whether one of the drop-ins in a directory may set ExecStart=: what cannot be read may.
bool may_set_command(int parent, const std::string& entry, const std::string& path) {
    const FileDescriptor directory(
        ::openat(parent, entry.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory)
        return true;
    bool may = false;
    for_each_entry(directory.get(), path, most_drop_ins, [&](std::string_view name) {
        const FileDescriptor file(
            ::openat(directory.get(), std::string(name).c_str(), read_file_flags | O_CLOEXEC));
        const FileReading reading = read_regular_file(file.get(), largest_drop_in);
        may = may || reading.status != ReadStatus::done ||
              reading.text.find("ExecStart") != std::string::npos;
    });
    return may;
}

void take_unit(Enablement& found, int directory, const std::string& path,
               const std::string& entry) {
    if (entry == servers_target && is_mask(directory, entry))
        found.target_masked = true;
    // Of no instance, and so of all.
    if (entry == service_template)
        found.all_commanded = true;
    if (entry == fmt::format("{}.d", service_template) || entry == "service.d")
        found.all_commanded = found.all_commanded || may_set_command(directory, entry, path);
    if (auto name = instance_of_service(entry)) {
        if (is_mask(directory, entry))
            found.masked.insert(*name);
        found.commanded.insert(*std::move(name));
    }
    if (auto name = instance_of_service(entry, ".service.d");
        name && may_set_command(directory, entry, path))
        found.commanded.insert(*std::move(name));
}

} // namespace

Enablement read_enablement(const HostTree& tree) {
    Enablement found;
    for (const std::string_view directory : directories) {
        for_each_name(tree, std::string(directory), [&](int fd, std::string_view entry) {
            take_unit(found, fd, std::string(directory), std::string(entry));
        });
        for_each_name(tree, fmt::format("{}/l4d2.target.wants", directory),
                      [&](int, std::string_view entry) {
                          if (auto name = instance_of_service(entry))
                              found.enabled.insert(*std::move(name));
                      });
    }
    return found;
}

} // namespace left4me::ctl
