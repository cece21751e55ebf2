#include "generator/overlay/server_program.hpp"

#include "generator/host/file_status.hpp"
#include "generator/host/open_beneath.hpp"
#include "generator/host/read_file.hpp"
#include "generator/host/system_error.hpp"
#include "generator/instance/game.hpp"
#include "generator/overlay/executable_format.hpp"
#include "generator/overlay/program_objections.hpp"
#include "generator/text/path_text.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstddef>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace left4me {

namespace {

constexpr unsigned executable_by_anybody = S_IXUSR | S_IXGRP | S_IXOTH;
/// What leads to merged in a server's root.
constexpr std::string_view merged_link = "/merged";

/// \return "" where a program names none that could be a path
std::string interpreter_of_program(int fd, const ExecutableFormat& format,
                                   const std::string& path) {
    std::array<char, PATH_MAX> text = {};
    const auto length = std::min(format.interpreter_size, std::uint64_t{text.size()});
    const auto got =
        checked(::pread(fd, text.data(), length, static_cast<off_t>(format.interpreter_offset)),
                "pread", path);
    const std::string_view read(text.data(), static_cast<std::size_t>(got));
    return std::string(read.substr(0, read.find('\0')));
}

/// Whether only root decides what lies there and on the way there, and a server's root shows it as
/// it is. A path elsewhere, which the owner of a layer may have written into a file, could lead to
/// an automounter, or tell whether a file exists that nobody else may see.
bool is_in_usr(const std::string& path) {
    constexpr std::array<std::string_view, 7> tops = {"usr",   "bin",   "sbin",  "lib",
                                                      "lib32", "lib64", "libx32"};
    std::string_view rest = path;
    if (!path.starts_with('/') || normalize_path("/", path) != path)
        return false;
    rest.remove_prefix(1);
    return std::ranges::count(tops, rest.substr(0, rest.find('/'))) > 0;
}

} // namespace

/// A file to be executed, opened without being read (O_PATH).
struct ServerPrograms::Program {
    FileDescriptor fd;
    std::string path;
    struct stat status = {};
    /// The first bytes of it, once it was looked into.
    std::string head = {};
};

ServerPrograms::ServerPrograms(const HostTree& host, int upper, const std::string& path,
                               const std::vector<OpenLayer>& layers)
    : m_host(host), m_merged(path + "/merged") {
    if (upper >= 0)
        m_places.push_back({upper, path + "/upper"});
    for (const OpenLayer& layer : layers)
        m_places.push_back({layer.fd.get(), layer.layer.path});
}

ServerPrograms::ServerPrograms(const HostTree& host, int merged, const std::string& path)
    : m_host(host), m_merged(path + "/merged"), m_places({{merged, {}}}) {}

std::optional<Complaint> ServerPrograms::objection_to_game() const {
    auto wrapper = find(game::program);
    if (!wrapper) {
        const auto server = find(game::server);
        return server ? objection_to_missing_wrapper(server->path) : objection_to_missing_game();
    }
    if (const auto fault = fault_of(*wrapper))
        return objection_to_program(wrapper->path, *fault);
    if (!game::executes_server(wrapper->head))
        return std::nullopt;
    auto server = find(game::server);
    if (!server)
        return objection_to_missing_server(wrapper->path);
    if (const auto fault = fault_of(*server))
        return objection_to_program(server->path, *fault);
    return std::nullopt;
}

std::optional<Complaint> ServerPrograms::objection_to_command(const std::string& command) const {
    if (!command.empty() && command.find('/') == std::string::npos)
        return is_in_search_path(command) ? std::nullopt
                                          : std::optional(objection_to_unfound_command(command));
    auto below = path_below(command, m_merged);
    if (!below)
        below = path_below(command, merged_link);
    if (!below && !is_in_usr(command))
        return std::nullopt;
    std::optional<Program> program;
    if (below) {
        program = find(std::string(*below));
    } else if (FileDescriptor fd = m_host.open(command, O_PATH)) {
        program = Program{std::move(fd), command};
        program->status = status_of(program->fd.get(), command);
    } else if (errno != ENOENT && errno != ENOTDIR) {
        return std::nullopt;
    }
    if (!program)
        return objection_to_missing_command(command);
    if (const auto fault = fault_of(*program))
        return objection_to_program(program->path, *fault);
    return std::nullopt;
}

std::optional<ServerPrograms::Program> ServerPrograms::find(const std::string& name) const {
    for (const Place& place : m_places) {
        Program program = {{}, place.path.empty() ? name : fmt::format("{}/{}", place.path, name)};
        // The overlay shows no file that is mounted on one of the layer.
        program.fd = checked(open_with(place.directory, name, O_PATH | O_NOFOLLOW,
                                       RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS |
                                           RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV),
                             "openat2", program.path, {ENOENT, ENOTDIR, ELOOP, EXDEV});
        if (!program.fd && errno == ENOENT)
            continue;
        if (program.fd)
            program.status = status_of(program.fd.get(), program.path);
        // In upper, what was deleted is a character device (the kernel's overlayfs document,
        // "whiteouts and opaque directories").
        if (S_ISCHR(program.status.st_mode))
            return std::nullopt;
        return program;
    }
    return std::nullopt;
}

std::optional<Complaint> ServerPrograms::fault_of(Program& program) const {
    const auto mode = program.status.st_mode;
    if (!program.fd || S_ISLNK(mode))
        return std::nullopt;
    if (S_ISDIR(mode))
        return fault_of_directory();
    if (!S_ISREG(mode) || (mode & executable_by_anybody) == 0)
        return fault_of_mode();
    // What was found, whatever has become of its name.
    const FileDescriptor fd(
        checked(::open(fmt::format("/proc/self/fd/{}", program.fd.get()).c_str(),
                       read_file_flags | O_CLOEXEC),
                "open", program.path, {EAGAIN}));
    // Its owner has a lease on it (fcntl(2)), which is not waited for.
    if (!fd)
        return std::nullopt;
    auto head = read_up_to(fd.get(), most_executable_head);
    if (!head)
        throw SystemError("read", program.path, errno);
    program.head = *std::move(head);
    const ExecutableFormat format =
        read_executable_format(program.head, static_cast<std::uint64_t>(program.status.st_size));
    if (format.fault)
        return format.fault;
    const std::string interpreter = format.interpreter_size == 0
                                        ? format.interpreter
                                        : interpreter_of_program(fd.get(), format, program.path);
    if (!lacks(interpreter))
        return std::nullopt;
    return format.interpreter_size == 0 ? fault_of_script_without(interpreter)
                                        : fault_of_program_without(interpreter);
}

bool ServerPrograms::is_in_search_path(const std::string& name) const {
    // systemd's own, which has the two below / where these are no links (systemd.exec(5), $PATH).
    constexpr std::array directories = {"/usr/local/sbin", "/usr/local/bin", "/usr/sbin",
                                        "/usr/bin",        "/sbin",          "/bin"};
    return std::ranges::any_of(directories, [&](const char* directory) {
        return !lacks(fmt::format("{}/{}", directory, name));
    });
}

bool ServerPrograms::lacks(const std::string& interpreter) const {
    // A tree may be without.
    if (!is_in_usr(interpreter) || !m_host.open("/usr", O_PATH | O_DIRECTORY))
        return false;
    return !m_host.open(interpreter, O_PATH) && (errno == ENOENT || errno == ENOTDIR);
}

} // namespace left4me
