#include "generator/l4d2ctl/observe/argument_files.hpp"

#include "generator/host/file_descriptor.hpp"
#include "generator/host/instance_files.hpp"
#include "generator/host/open_beneath.hpp"
#include "generator/host/read_file.hpp"
#include "generator/host/system_error.hpp"
#include "generator/instance/instance_name.hpp"
#include "generator/l4d2ctl/observe/host_survey.hpp"
#include "generator/l4d2ctl/words/check_report.hpp"
#include "generator/text/refusal.hpp"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

namespace left4me::ctl {

namespace {

/// The generator would pass over a directory of that name, whatever is in it.
ArgumentFile refuse_name(ArgumentFile file, const std::string& path) {
    if (!is_instance_name(file.instance)) {
        file.reading.diagnostics.insert(
            file.reading.diagnostics.begin(),
            error_at(path, 0,
                     {fmt::format("{} is no instance name", printable(file.instance)),
                      fmt::format("rename it to {}", instance_name_rule(file.instance))}));
        file.reading.instance.reset();
    }
    return file;
}

} // namespace

bool file_exists(const std::string& path) {
    struct stat status = {};
    return ::lstat(path.c_str(), &status) == 0;
}

ArgumentFile read_argument_file(const std::string& path, const HostConfiguration& configuration) {
    if (path == standard_input) {
        const std::string name = instance_of_file("");
        return {name, read_instance_file(read_whole(STDIN_FILENO, largest_instance_file), name,
                                         path, configuration)};
    }
    const std::unique_ptr<char, decltype(&std::free)> here(::getcwd(nullptr, 0), &std::free);
    if (!here)
        throw SystemError("getcwd", "", errno);
    const auto absolute = (std::filesystem::path(here.get()) / path).lexically_normal();
    const std::string name = instance_of_file(absolute.native());
    // The lines of what a stranger's symlink leads to are not for whoever reads root's mail.
    const bool distrust = ::geteuid() == 0;
    const int no_symlink = absolute.filename() == "instance.env" ? O_NOFOLLOW : 0;
    const FileDescriptor fd =
        open_with(AT_FDCWD, path, read_file_flags | no_symlink, distrust ? RESOLVE_NO_SYMLINKS : 0);
    if (const int error = fd ? 0 : errno; error != 0) {
        throw_if_shortage(error, "open", path);
        if (error == ENOENT || error == ENOTDIR)
            refuse({one_line(path) + ": no such file", {}}, Refused::no_such_instance);
        if (error == EACCES)
            refuse({only_root_may_read(one_line(path)), {}}, Refused::no_such_instance);
        return {name, unopened_instance_file(path, error)};
    }
    const FileReading file = read_regular_file(fd.get(), largest_instance_file);
    return refuse_name({name, read_instance_file(file, name, path, configuration)}, path);
}

} // namespace left4me::ctl
