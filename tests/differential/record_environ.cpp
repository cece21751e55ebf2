// record-environ N [WORD…], run by systemd with the file N as its environment file, writes to out/N
// the number of words, the words and its environment, each with a NUL behind it, and makes N+1 the
// environment file of whoever comes next.

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <unistd.h>

namespace {

const std::string directory = "/run/differential/";

[[noreturn]] void fail(const std::string& what) {
    std::cerr << "record-environ: " << what << '\n';
    std::exit(1);
}

std::string file_name(unsigned number) {
    return "in/" + std::to_string(number);
}

/// Fails when the file is not the one that systemd was to read for this command.
void check_current(const std::string& expected) {
    std::string target(expected.size() + 1, '\0');
    const ssize_t length =
        ::readlink((directory + "current").c_str(), target.data(), target.size());
    if (length < 0 || target.substr(0, static_cast<std::size_t>(length)) != expected)
        fail("current is not " + expected);
}

void write_fields(const std::string& path, char** words, int count) {
    std::ofstream out(path, std::ios::binary);
    out << count << '\0';
    for (char** word = words; *word != nullptr; ++word)
        out << *word << '\0';
    for (char** variable = environ; *variable != nullptr; ++variable)
        out << *variable << '\0';
    out.close();
    if (!out)
        fail("cannot write " + path);
}

void advance(const std::string& next) {
    const std::string link = directory + "next";
    if (::symlink(next.c_str(), link.c_str()) != 0 ||
        ::rename(link.c_str(), (directory + "current").c_str()) != 0)
        fail("cannot advance to " + next);
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 2)
        fail("no number");
    const auto number = static_cast<unsigned>(std::stoul(argv[1]));
    check_current(file_name(number));
    write_fields(directory + "out/" + argv[1], argv + 2, argc - 2);
    advance(file_name(number + 1));
}
