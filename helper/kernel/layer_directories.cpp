#include "kernel/layer_directories.hpp"

#include "host/open_beneath.hpp"
#include "host/system_error.hpp"
#include "instance/layer_policy.hpp"
#include "instance/path_text.hpp"
#include "plan/exit_status.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <map>
#include <string_view>
#include <sys/stat.h>

namespace left4me {

namespace {

constexpr int directory_flags = O_PATH | O_DIRECTORY;

class LayerOpener {
  public:
    LayerOpener(int state_root, const Instance& instance, const HostConfiguration& configuration)
        : m_state_root(state_root), m_instance(instance), m_configuration(configuration) {}

    OpenLayer open(const std::string& path) {
        const auto location = locate_layer(path, m_configuration.layer_roots);
        if (!location)
            throw VerbFailure(
                ExitStatus::refused,
                fmt::format("the layer {} is outside the allowed directories", printable(path)));

        const int root = open_root(location->root, path);
        FileDescriptor fd = open_beneath(
            root, location->below_root.empty() ? "." : location->below_root, directory_flags);
        if (!fd)
            fail(path, errno);

        struct stat status = {};
        if (::fstat(fd.get(), &status) != 0)
            throw SystemError("fstat", path, errno);
        return {{path, status.st_uid, status.st_dev, status.st_ino}, std::move(fd)};
    }

  private:
    int open_root(const std::string& root, const std::string& layer) {
        FileDescriptor& fd = m_roots[root];
        if (!fd) {
            const auto below = path_below(root, m_configuration.root);
            fd = below ? open_beneath(m_state_root, below->empty() ? "." : std::string(*below),
                                      directory_flags)
                       : open_outside_state_root(root);
            if (!fd)
                fail(layer, errno);
        }
        return fd.get();
    }

    static FileDescriptor open_outside_state_root(const std::string& root) {
        const FileDescriptor slash(::open("/", directory_flags | O_CLOEXEC));
        return open_beneath(slash.get(), root.substr(1), directory_flags);
    }

    [[noreturn]] void fail(const std::string& layer, int error) const {
        const auto refuse = [&](std::string_view problem, std::string_view remedy) {
            throw VerbFailure(ExitStatus::refused,
                              to_string({Severity::error, m_instance.source, m_instance.layers_line,
                                         fmt::format("the layer {} {}", printable(layer), problem),
                                         std::string(remedy)}));
        };
        if (error == ENOENT)
            refuse("does not exist", "create it, or take it out of L4D2_LOWERDIRS");
        if (error == ENOTDIR)
            refuse("is not a directory", "take it out of L4D2_LOWERDIRS");
        if (error == ELOOP || error == EXDEV)
            refuse("has a symbolic link in its path below the allowed directory",
                   "name the directory itself");
        throw SystemError("openat2", layer, error);
    }

    int m_state_root;
    const Instance& m_instance;
    const HostConfiguration& m_configuration;
    std::map<std::string, FileDescriptor> m_roots;
};

} // namespace

FileDescriptor open_state_root(const HostConfiguration& configuration) {
    FileDescriptor fd(::open(configuration.root.c_str(), directory_flags | O_CLOEXEC));
    if (!fd)
        throw SystemError("open", configuration.root, errno);
    return fd;
}

std::vector<OpenLayer> open_layers(int root, const Instance& instance,
                                   const HostConfiguration& configuration) {
    LayerOpener opener(root, instance, configuration);
    std::vector<OpenLayer> layers;
    for (const std::string& path : instance.layers)
        layers.push_back(opener.open(path));
    return layers;
}

} // namespace left4me
