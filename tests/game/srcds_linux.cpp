// Stands in for the game server in tests and demonstrations. It says on stdout where it runs, as
// whom and which addons it sees, changes a file of its tree, and answers A2S_INFO until SIGINT.
//
// Options: -port PORT (UDP), +crash (abort at once), +write FILE (add a line to FILE, below
// left4dead2), +quit (end as the console's command does, once it listens), +exit STATUS (the same,
// with an exit status). SIGUSR1 makes it crash later. SIGUSR2 makes it run the shell script
// left4dead2/command, as somebody would who has taken it over, with what it prints in
// left4dead2/output. left4dead2/a2s says what it answers (a2s.hpp).

#include "a2s.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <netinet/in.h>
#include <optional>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace {

namespace fs = std::filesystem;

volatile std::sig_atomic_t stopping = 0;
volatile std::sig_atomic_t commanded = 0;

struct Options {
    const char* address = "0.0.0.0";
    std::uint16_t port = 27015;
    bool crash = false;
    std::optional<int> exit_status;
    std::vector<std::string> files_to_write = {"cfg/server.cfg"};
};

Options parse(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        const bool has_value = i + 1 < argc;
        if (argument == "-port" && has_value)
            options.port = static_cast<std::uint16_t>(std::atoi(argv[++i]));
        else if (argument == "-ip" && has_value)
            options.address = argv[++i];
        else if (argument == "+crash")
            options.crash = true;
        else if (argument == "+quit")
            options.exit_status = 0;
        else if (argument == "+exit" && has_value)
            options.exit_status = std::atoi(argv[++i]);
        else if (argument == "+write" && has_value)
            options.files_to_write.emplace_back(argv[++i]);
    }
    return options;
}

void introduce(int argc, char** argv) {
    std::cout << "directory: " << fs::current_path().string() << "\nuser: " << ::geteuid() << '\n';
    for (int i = 1; i < argc; ++i)
        std::cout << "argument: " << argv[i] << '\n';
    std::vector<std::string> addons;
    for (const auto& entry : fs::directory_iterator("left4dead2/addons"))
        addons.push_back(entry.path().filename());
    std::ranges::sort(addons);
    for (const std::string& addon : addons)
        std::cout << "addon: " << addon << '\n';
}

/// Copies a file of a layer up, as a game does that saves its settings.
void change(const std::string& file, std::uint16_t port) {
    std::ofstream stream("left4dead2/" + file, std::ios::app);
    stream << "// port " << port << '\n';
    stream.close();
    std::cout << (stream ? "changed: " : "could not change: ") << file << '\n';
}

int listen_on(const char* ip, std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_DGRAM, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    if (fd < 0 || ::inet_pton(AF_INET, ip, &address.sin_addr) != 1 ||
        ::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
        std::cerr << "cannot bind UDP port " << port << " of " << ip << ": " << std::strerror(errno)
                  << '\n';
        std::exit(1);
    }
    return fd;
}

A2sSettings read_settings() {
    std::ifstream stream("left4dead2/a2s");
    return parse_a2s_settings(std::string(std::istreambuf_iterator<char>(stream), {}));
}

void serve_one(int fd, A2sServer& server) {
    std::array<char, 1400> buffer = {};
    sockaddr_in peer = {};
    socklen_t peer_length = sizeof peer;
    const ssize_t length = ::recvfrom(fd, buffer.data(), buffer.size(), MSG_DONTWAIT,
                                      reinterpret_cast<sockaddr*>(&peer), &peer_length);
    if (length < 0)
        return;
    const bool on_loopback = ntohl(peer.sin_addr.s_addr) >> IN_CLASSA_NSHIFT == IN_LOOPBACKNET;
    for (const std::string& packet :
         server.answer({buffer.data(), static_cast<std::size_t>(length)}, on_loopback,
                       read_settings(), std::chrono::steady_clock::now()))
        ::sendto(fd, packet.data(), packet.size(), 0, reinterpret_cast<sockaddr*>(&peer),
                 peer_length);
}

/// The output appears when it is complete.
void run_command() {
    commanded = 0;
    if (std::system("cd left4dead2 && { sh ./command > output.new 2>&1; mv output.new output; }") !=
        0)
        std::cerr << "could not run left4dead2/command" << std::endl;
}

/// \param while_waiting  the signals that may come in while it waits, and only then
void serve(int fd, std::uint16_t port, const sigset_t& while_waiting) {
    A2sServer server(port, std::chrono::steady_clock::now());
    while (stopping == 0) {
        pollfd readable = {fd, POLLIN, 0};
        if (::ppoll(&readable, 1, nullptr, &while_waiting) > 0)
            serve_one(fd, server);
        if (commanded != 0)
            run_command();
    }
}

/// Lets SIGINT and SIGUSR2 set their flags, but only where they are unblocked.
///
/// \return the signals that were blocked before: what to wait with
sigset_t handle_signals() {
    sigset_t before;
    sigset_t handled;
    ::sigemptyset(&handled);
    ::sigaddset(&handled, SIGINT);
    ::sigaddset(&handled, SIGUSR2);
    ::sigprocmask(SIG_BLOCK, &handled, &before);
    struct sigaction action = {};
    action.sa_handler = [](int) { stopping = 1; };
    ::sigaction(SIGINT, &action, nullptr);
    action.sa_handler = [](int) { commanded = 1; };
    ::sigaction(SIGUSR2, &action, nullptr);
    ::signal(SIGUSR1, [](int) { std::abort(); });
    return before;
}

} // namespace

int main(int argc, char** argv) {
    const Options options = parse(argc, argv);
    introduce(argc, argv);
    if (options.crash) {
        std::cout << "crashing" << std::endl;
        std::abort();
    }
    for (const std::string& file : options.files_to_write)
        change(file, options.port);

    const sigset_t while_waiting = handle_signals();
    const int fd = listen_on(options.address, options.port);
    std::cout << "listening on UDP port " << options.port << std::endl;
    if (options.exit_status)
        return *options.exit_status;
    serve(fd, options.port, while_waiting);
    std::cout << "stopped" << std::endl;
    return 0;
}
