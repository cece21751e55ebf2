#include "generator/generate.hpp"
#include "generator/generator_log.hpp"
#include "generator/host/host_configuration_files.hpp"
#include "generator/host/host_tree.hpp"
#include "generator/output_directory.hpp"

#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <exception>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace left4me;

/// Writes and logs everything at once: of a hostile file's many words nothing is kept.
class Writer : public GenerationReceiver {
  public:
    Writer(OutputDirectory& normal, OutputDirectory& late, GeneratorLog& log)
        : m_normal(normal), m_late(late), m_log(log) {}

    void take(GeneratedInstance instance) override {
        if (instance.kind != GeneratedInstance::Kind::refused)
            m_log.write(instance.reading.diagnostics);
        else if (++m_refused <= most_named)
            m_first_refused.push_back(instance.name);
        take(instance.files);
    }

    void take(const std::vector<UnitFile>& files) override {
        for (const UnitFile& file : files)
            (file.late ? m_late : m_normal).write(file);
    }

    void take(const Diagnostics& diagnostics) override { m_log.write(diagnostics); }

    void take(const std::vector<PortConflict>& conflicts) override {
        for (const PortConflict& conflict : conflicts)
            m_log.write({conflict.diagnostic});
    }

    void fail(std::string_view what, const std::exception& error) override {
        m_log.write(Severity::error, fmt::format("{}: {}", what, error.what()));
        m_complete = false;
    }

    /// Says which instances MaxInstances= has left out, if any: in one line, since there may be
    /// thousands.
    ///
    /// \param most  MaxInstances=
    void finish(unsigned most) {
        if (m_refused == 0)
            return;
        const std::size_t more = m_refused - m_first_refused.size();
        m_log.write(
            {error_at("left4me.conf", 0,
                      {fmt::format("more than MaxInstances={} instances, refused: {}{}", most,
                                   fmt::join(m_first_refused, ", "),
                                   more == 0 ? std::string() : fmt::format(" and {} others", more)),
                       "raise it, or remove instances"})});
    }

    /// Whether everything could be written.
    [[nodiscard]] bool complete() const { return m_complete; }

  private:
    static constexpr std::size_t most_named = 10;

    OutputDirectory& m_normal;
    OutputDirectory& m_late;
    GeneratorLog& m_log;
    bool m_complete = true;
    std::size_t m_refused = 0;
    std::vector<std::string> m_first_refused;
};

struct CommandLine {
    std::string root = "/";
    std::string normal;
    std::string late;
};

/// `NORMAL EARLY LATE` as systemd.generator(7) passes them, or `[--root=DIR] OUTPUT` by hand.
std::optional<CommandLine> parse(std::span<char* const> arguments) {
    constexpr std::string_view root_option = "--root=";
    CommandLine command_line;
    if (!arguments.empty() && std::string_view(arguments.front()).starts_with(root_option)) {
        command_line.root = std::string_view(arguments.front()).substr(root_option.size());
        arguments = arguments.subspan(1);
        if (arguments.size() != 1)
            return std::nullopt;
    }
    if (arguments.size() != 1 && arguments.size() != 3)
        return std::nullopt;
    command_line.normal = arguments.front();
    command_line.late = arguments.back();
    if (command_line.normal.starts_with("--"))
        return std::nullopt;
    return command_line;
}

} // namespace

int main(int argc, char* argv[]) {
    // Whoever reads the messages may stop reading.
    std::signal(SIGPIPE, SIG_IGN);
    GeneratorLog log;
    try {
        const auto command_line =
            parse(std::span<char* const>(argv, static_cast<std::size_t>(argc)).subspan(1));
        if (!command_line) {
            log.write(Severity::error, "usage: left4me-generator NORMAL [EARLY LATE] | "
                                       "left4me-generator --root=DIR OUTPUT");
            return EXIT_FAILURE;
        }
        const HostTree tree(command_line->root);
        OutputDirectory normal(command_line->normal);
        OutputDirectory late(command_line->late);
        const HostConfigurationReading host = read_host_configuration(tree);
        log.write(host.diagnostics);
        Writer writer(normal, late, log);
        if (host.configuration) {
            generate(tree, *host.configuration, writer);
            writer.finish(host.configuration->max_instances);
        }
        log.finish();
        return host.configuration && writer.complete() ? EXIT_SUCCESS : EXIT_FAILURE;
    } catch (const std::exception& error) {
        log.write(Severity::error, error.what());
        return EXIT_FAILURE;
    }
}
