#include "generator/host/system_error.hpp"
#include "generator/l4d2ctl/observe/confinement.hpp"
#include "generator/l4d2ctl/verbs/ctl_verbs.hpp"
#include "generator/l4d2ctl/words/ctl_command_line.hpp"
#include "generator/text/enum_words.hpp"
#include "generator/text/exit_status.hpp"

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <span>
#include <string_view>
#include <sys/resource.h>

namespace {

using namespace left4me;
using namespace left4me::ctl;

constexpr EnumWords<Verb, VerbResult (*)(const CommandLine&)> functions = {
    {Verb::list, list_instances}, {Verb::check, check_instances}, {Verb::explain, explain_instance},
    {Verb::diff, diff_units},     {Verb::layers, show_layers},
};

/// 500 layers, as they are listed and as they are mounted, take a thousand descriptors.
void raise_limit_of_open_files() {
    rlimit limit = {};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

void write(std::FILE* stream, std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), stream) != text.size())
        throw SystemError("write", "standard output", errno);
}

void write_message(std::string_view message) {
    // There is nowhere left to say that this failed.
    [[maybe_unused]] const int written =
        std::fputs((escape_control_characters(message) + "\n").c_str(), stderr);
}

int run_and_report(std::span<const char* const> arguments) {
    try {
        const CommandLineReading reading = parse_command_line(arguments);
        VerbResult result = {reading.text};
        if (reading.command_line) {
            const Verb verb = reading.command_line->verb;
            give_up_changing_anything(verb == Verb::layers || verb == Verb::check);
            result = functions[verb](*reading.command_line);
        } else if (!reading.answered) {
            write_message(reading.text);
            return static_cast<int>(ExitStatus::usage);
        }
        write(stdout, result.text);
        // What could not be written was not shown.
        if (std::fflush(stdout) != 0)
            throw SystemError("write", "standard output", errno);
        for (const std::string& message : result.messages)
            write_message(message);
        return result.exit_status;
    } catch (const Refusal& refusal) {
        write_message(refusal.what());
        return static_cast<int>(exit_status_of(refusal.kind()));
    } catch (const std::exception& error) {
        write_message(error.what());
        return static_cast<int>(ExitStatus::system_call_failed);
    }
}

} // namespace

int main(int argc, char* argv[]) {
    // Whoever reads may stop reading: that ends it, whatever the caller has set.
    std::signal(SIGPIPE, SIG_DFL);
    raise_limit_of_open_files();
    return run_and_report({argv, static_cast<std::size_t>(argc)});
}
