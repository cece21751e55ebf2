#include "generator/overlay/program_objections.hpp"

#include "generator/instance/game.hpp"
#include "generator/text/printable.hpp"

#include <fmt/format.h>

namespace left4me {

namespace {

/// Of 32-bit programs, as the game's is one, and the package that has it on a 64-bit Debian.
constexpr std::string_view interpreter_of_32_bits = "/lib/ld-linux.so.2";
constexpr std::string_view packages_of_32_bits = "libc6-i386 lib32gcc-s1 lib32stdc++6";

} // namespace

Complaint objection_to_missing_game() {
    return {
        fmt::format("none of its layers has {}, so the server cannot be started", game::program),
        "name the game's directory in L4D2_LOWERDIRS, and put the game there"};
}

Complaint objection_to_missing_wrapper(const std::string& server) {
    return {
        fmt::format("none of its layers has {}, so the server cannot be started", game::program),
        fmt::format("put it back beside {}", printable_path(server))};
}

Complaint objection_to_missing_server(const std::string& wrapper) {
    return {fmt::format("none of its layers has {}, which {} executes, so the server cannot be "
                        "started",
                        game::server, printable_path(wrapper)),
            "put the rest of the game beside it"};
}

Complaint objection_to_missing_command(const std::string& command) {
    return {fmt::format("there is no {} to be executed, so the server cannot be started",
                        printable_path(command)),
            "correct the path, or take this ExecStart= out"};
}

Complaint objection_to_unfound_command(const std::string& command) {
    return {fmt::format("systemd finds no program {} in its search path, so the server cannot be "
                        "started",
                        printable(command)),
            "write its whole path"};
}

Complaint objection_to_program(const std::string& path, const Complaint& fault) {
    return {
        fmt::format("{} {}, so the server cannot be started", printable_path(path), fault.problem),
        fault.remedy};
}

Complaint fault_of_directory() {
    return {"is a directory", "put the program in its place"};
}

Complaint fault_of_mode() {
    return {"is not executable", "let the servers' user read and execute it, as chmod a+rx does"};
}

Complaint fault_of_script_without(const std::string& interpreter) {
    return {fmt::format("is a script for {}, which is not there", printable(interpreter)),
            "install that, or correct the first line of the script"};
}

Complaint fault_of_program_without(const std::string& interpreter) {
    return {fmt::format("needs {}, which is not there", printable(interpreter)),
            interpreter == interpreter_of_32_bits
                ? fmt::format("it is a 32-bit program: apt install {}", packages_of_32_bits)
                : "install that, or put the right program in its place"};
}

} // namespace left4me
