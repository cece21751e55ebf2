#include "generator/l4d2ctl/words/ctl_command_line.hpp"

#include "generator/instance/game.hpp"
#include "generator/instance/instance_name.hpp"
#include "generator/text/diagnostic.hpp"
#include "generator/text/enum_words.hpp"
#include "generator/units/unit_names.hpp"
#include "version.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fmt/format.h>
#include <sstream>

namespace left4me::ctl {

namespace {

/// A verb is called what its value is.
constexpr EnumWords<Verb> descriptions = {
    {Verb::list, "show all servers: how they are, and what waits for a reload"},
    {Verb::check, "show what is wrong with instances, or with files"},
    {Verb::explain, "show what became of each line of an instance.env"},
    {Verb::diff, "show what a reload would change"},
    {Verb::layers, "show where the files of a server come from"},
};

constexpr const char* names_description = "instances; all of them if none is named";

/// The parser, and where it puts what it finds.
class Parser {
  public:
    Parser()
        : m_app(
              fmt::format("See what becomes of {} servers before, during and after.", game::title),
              "l4d2ctl") {
        m_app.set_version_flag("--version", fmt::format("left4me-systemd {}", version),
                               "show the version and exit");
        m_app.set_help_flag("-h,--help", "show this help and exit");
        m_app.footer(
            "Every verb takes --json and --root=DIR, and says more with --help. See l4d2ctl(1).");
        m_app.require_subcommand(1);
        for (const Verb verb : enumerators<Verb>)
            add(verb);
    }

    CommandLineReading parse(std::span<const char* const> arguments) {
        if (const std::string problem = find_problem(arguments.subspan(1)); !problem.empty())
            return refuse(problem);
        try {
            m_app.parse(static_cast<int>(arguments.size()), arguments.data());
        } catch (const CLI::ParseError& error) {
            std::ostringstream out;
            std::ostringstream problem;
            if (m_app.exit(error, out, problem) == 0)
                return {std::nullopt, out.str(), true};
            return refuse(error.what());
        }
        for (std::string& name : m_command_line.names)
            take_instance_name(name);
        // However this host is written.
        std::string& root = m_command_line.root;
        // Two slashes are a name of their own to std::filesystem.
        while (root.starts_with("//"))
            root.erase(0, 1);
        root = std::filesystem::path(root).lexically_normal();
        return {m_command_line, {}, false};
    }

    [[nodiscard]] CommandLineWords words() const {
        CommandLineWords words;
        words.options = options_of(m_app);
        for (const CLI::App* verb : m_app.get_subcommands({}))
            words.verbs.push_back({verb->get_name(), options_of(*verb)});
        return words;
    }

  private:
    void add(Verb verb) {
        CLI::App& app = *m_app.add_subcommand(std::string(enum_name(verb)), descriptions[verb]);
        app.callback([this, verb] { m_command_line.verb = verb; });
        app.add_flag("--json", m_command_line.json, "print it for programs");
        app.add_option("--root", m_command_line.root,
                       "look at the tree below DIR instead of this host")
            ->type_name("DIR");
        switch (verb) {
        case Verb::explain:
            app.add_option("NAME", m_command_line.names, "an instance")
                ->required()
                ->expected(1)
                ->check(name_check());
            break;
        case Verb::check:
            app.add_option("NAME|FILE", m_command_line.names,
                           "instances, or files that are not installed yet; all instances if "
                           "nothing is named");
            break;
        case Verb::layers: {
            app.add_option("NAME", m_command_line.names, names_description)->check(name_check());
            CLI::Option* const file =
                app.add_option("--file", m_command_line.file,
                               "say which layer this file of the merged tree comes from")
                    ->type_name("PATH");
            app.add_flag("--drift", m_command_line.drift,
                         "list what a server has of its own and has changed below since")
                ->excludes(file);
            break;
        }
        case Verb::list:
            app.add_flag("--sizes", m_command_line.sizes,
                         "measure all upper layers, however long that takes");
            [[fallthrough]];
        case Verb::diff:
            app.add_option("NAME", m_command_line.names, names_description)->check(name_check());
            break;
        }
    }

    static CommandLineReading refuse(const std::string& problem) {
        return {std::nullopt, problem + "\nl4d2ctl --help says how to call it", false};
    }

    /// What the library has other words for, or none.
    static std::string find_problem(std::span<const char* const> arguments) {
        for (std::size_t i = 0; i < arguments.size(); ++i)
            for (const std::string_view option : {"--file", "--root"}) {
                const std::string_view argument = arguments[i];
                const bool empty_behind = argument == option && i + 1 < arguments.size() &&
                                          std::string_view(arguments[i + 1]).empty();
                if (empty_behind || argument == fmt::format("{}=", option))
                    return fmt::format("{} has no value", option);
            }
        if (arguments.empty())
            return "it takes a verb";
        const std::string_view first = arguments.front();
        if (!first.starts_with('-') &&
            std::ranges::count(enumerators<Verb>, first, enum_name<Verb>) == 0)
            return fmt::format("unknown verb {}", printable(first));
        return {};
    }

    /// As somebody may have copied it from systemctl(1), too.
    static void take_instance_name(std::string& name) {
        for (const std::string_view ending : {".service", ""})
            if (auto instance = instance_of_service(name, ending)) {
                name = *std::move(instance);
                return;
            }
    }

    static CLI::Validator name_check() {
        return {[](std::string& name) -> std::string {
                    take_instance_name(name);
                    if (is_instance_name(name))
                        return {};
                    return fmt::format("an instance's name is {}", instance_name_rule(name));
                },
                ""};
    }

    static std::vector<std::string> options_of(const CLI::App& app) {
        std::vector<std::string> names;
        for (const CLI::Option* option : app.get_options())
            for (const std::string& name : option->get_lnames())
                names.push_back("--" + name);
        return names;
    }

    CLI::App m_app;
    CommandLine m_command_line;
};

} // namespace

CommandLineReading parse_command_line(std::span<const char* const> arguments) {
    return Parser().parse(arguments);
}

CommandLineWords command_line_words() {
    return Parser().words();
}

} // namespace left4me::ctl
