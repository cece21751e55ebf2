// env-dump FILE prints the assignments that the product reads from an environment file, each as
// KEY=VALUE and a NUL, in the order of the file. env-dump --words KEY FILE prints the words of the
// last assignment of KEY instead. Diagnostics go to stderr; with an error among them the exit code
// is 65 and nothing is printed.

#include "generator/host/file_descriptor.hpp"
#include "generator/host/read_file.hpp"
#include "generator/host/system_error.hpp"
#include "generator/instance/env_file.hpp"
#include "generator/text/word_split.hpp"

#include <algorithm>
#include <cerrno>
#include <exception>
#include <fcntl.h>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace left4me;

constexpr std::size_t largest_file = std::size_t{64} * 1024;
constexpr int exit_usage = 64;
constexpr int exit_bad_file = 65;
constexpr int exit_system_call_failed = 71;

EnvFile unusable(const std::string& path, std::string problem) {
    return {{}, {{Severity::error, path, 1, std::move(problem), "give another one"}}};
}

EnvFile read(const std::string& path) {
    const FileDescriptor fd(::open(path.c_str(), read_file_flags | O_CLOEXEC));
    if (!fd)
        throw SystemError("open", path, errno);
    const FileReading file = read_regular_file(fd.get(), largest_file);
    switch (file.status) {
    case ReadStatus::done:
        return parse_env_file(file.text, path);
    case ReadStatus::not_a_regular_file:
        return unusable(path, "not a regular file");
    case ReadStatus::too_large:
        return unusable(path, "larger than 65536 bytes");
    case ReadStatus::failed:
        break;
    }
    throw SystemError("read", path, file.error);
}

std::vector<std::string> assignments_of(const EnvFile& file) {
    std::vector<std::string> lines;
    for (const Assignment& assignment : file.assignments)
        lines.push_back(assignment.key + "=" + assignment.value);
    return lines;
}

std::vector<std::string> words_of(const EnvFile& file, const std::string& key) {
    const auto last =
        std::find_if(file.assignments.rbegin(), file.assignments.rend(),
                     [&key](const Assignment& assignment) { return assignment.key == key; });
    return last == file.assignments.rend() ? std::vector<std::string>() : split_words(last->value);
}

int dump(const std::string& path, const std::optional<std::string>& key) {
    const EnvFile file = read(path);
    for (const Diagnostic& diagnostic : file.diagnostics)
        std::cerr << to_string(diagnostic) << '\n';
    if (has_errors(file.diagnostics))
        return exit_bad_file;
    for (const std::string& field : key ? words_of(file, *key) : assignments_of(file))
        std::cout << field << '\0';
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    try {
        if (arguments.size() == 1)
            return dump(arguments[0], std::nullopt);
        if (arguments.size() == 3 && arguments[0] == "--words")
            return dump(arguments[2], arguments[1]);
    } catch (const std::exception& error) {
        std::cerr << "env-dump: " << error.what() << '\n';
        return exit_system_call_failed;
    }
    std::cerr << "usage: env-dump [--words KEY] FILE\n";
    return exit_usage;
}
