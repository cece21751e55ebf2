// Feeds any packets to the watch as those of a server that is asked, and holds what it says
// afterwards against properties that it must have whatever the server sent. It shares no code with
// what it judges.
//
// The input is a sequence of packets, each behind two bytes: its length, the lower byte first, and
// in the upper one what comes before it (another question, a stranger's packet).

#include "generator/watch/roster.hpp"
#include "generator/watch/watch_report.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace {

using namespace left4me;
using namespace left4me::watch;

constexpr Address here = 0xC0000201;
constexpr Endpoint asked = {here, 27015};
constexpr Endpoint neighbour = {here, 27016};
constexpr std::size_t most_packets_in_a_question = 16;
constexpr std::size_t most_replies_in_a_question = 2;

void require(bool holds, const char* property) {
    if (holds)
        return;
    std::fprintf(stderr, "property: %s\n", property);
    std::abort();
}

bool is_printable(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

std::string_view take_line(std::string_view& text) {
    const std::size_t end = text.find('\n');
    require(end != std::string_view::npos, "every line of the metrics is ended");
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    return line;
}

/// Takes `{name="value",…}` off the front, with the escapes of Prometheus' text format.
void take_labels(std::string_view& line) {
    require(line.starts_with('{'), "a sample has labels");
    do {
        line.remove_prefix(1);
        const std::size_t equals = line.find("=\"");
        require(equals == 3 || equals == 6, "a label is a map or a server");
        line.remove_prefix(equals + 2);
        while (!line.starts_with('"')) {
            require(!line.empty(), "a label's value is ended");
            if (line.front() == '\\')
                require(line.size() > 1 && (line[1] == '\\' || line[1] == '"'), "an escape is one");
            line.remove_prefix(std::min<std::size_t>(line.front() == '\\' ? 2 : 1, line.size()));
        }
        line.remove_prefix(1);
    } while (line.starts_with(','));
    require(line.starts_with("} "), "labels are ended");
    line.remove_prefix(2);
}

void check_metrics(std::string_view text) {
    std::size_t samples = 0;
    while (!text.empty()) {
        std::string_view line = take_line(text);
        if (line.starts_with("# HELP left4me_server_") ||
            line.starts_with("# TYPE left4me_server_"))
            continue;
        require(line.starts_with("left4me_server_"), "a sample is one of ours");
        line.remove_prefix(std::min(line.find('{'), line.size()));
        take_labels(line);
        require(!line.empty() && line.find_first_not_of("0123456789.e+-") == std::string_view::npos,
                "a value is a number");
        ++samples;
    }
    require(samples >= 6 && samples <= 16, "every server has its samples and no more");
}

void check_json(const WatchedServer& server, Duration now) {
    const std::string text = server_json(server, now);
    require(text.size() < 4096 && text.back() == '\n', "the file is small and ended");
    const nlohmann::json root = nlohmann::json::parse(text, nullptr, false);
    require(root.is_object() && root.size() == 8, "the file is one object");
    require(root["instance"] == server.unit.name, "the file is the server's own");
    require(root["map"].is_null() == root["answered"].is_null(), "an answer has all of it");
}

/// The watch of two servers, of which one sends what it likes.
class Watched {
  public:
    Watched() {
        m_roster.follow({{"hostile", "1", asked, Health::restart, 0},
                         {"victim", "2", neighbour, Health::restart, 0}},
                        m_now);
        ask();
    }

    void ask() {
        m_now += std::chrono::seconds(10);
        require(m_roster.ask({here}, m_now, std::chrono::seconds(1)).size() == 2,
                "every server is asked when its turn is");
        m_packets = m_replies = 0;
    }

    void hear(const Endpoint& from, std::string_view packet) {
        for (const OutgoingPacket& reply : m_roster.hear(from, packet, m_now, WallTime())) {
            require(reply.to == from && reply.server == "hostile", "a reply goes to the sender");
            require(reply.bytes.size() == 29, "a reply is a question");
            ++m_replies;
        }
        m_packets += from == asked ? 1 : 0;
        require(m_replies <= most_replies_in_a_question, "a question costs few packets");
        const bool is_heard = m_roster.heard_endpoints().size() == 2;
        require(is_heard == (m_packets < most_packets_in_a_question), "a flood is not heard");
    }

    void check() const {
        const WatchedServer& victim = m_roster.servers().at("victim");
        require(!victim.info && victim.answers == 0, "another server's packets are not heard");
        for (const auto& [name, server] : m_roster.servers())
            check_json(server, m_now);
        const std::string metrics = metrics_text(m_roster.servers(), m_now);
        check_metrics(metrics);
        require(is_printable(status_text(m_roster.servers(), m_now)), "the status is one line");
    }

  private:
    Roster m_roster = Roster({std::chrono::seconds(10), std::chrono::seconds(180)});
    Duration m_now{};
    std::size_t m_packets = 0;
    std::size_t m_replies = 0;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr unsigned ask_before = 0x80;
    constexpr unsigned from_a_stranger = 0x40;
    constexpr unsigned of_the_length = 0x07;
    Watched watched;
    std::string_view rest(reinterpret_cast<const char*>(data), size);
    while (rest.size() >= 2) {
        const unsigned low = static_cast<unsigned char>(rest[0]);
        const unsigned high = static_cast<unsigned char>(rest[1]);
        rest.remove_prefix(2);
        const std::string packet(
            rest.substr(0, std::min<std::size_t>(rest.size(), (high & of_the_length) << 8U | low)));
        rest.remove_prefix(packet.size());
        if ((high & ask_before) != 0)
            watched.ask();
        watched.hear((high & from_a_stranger) != 0 ? Endpoint{here, 1} : asked, packet);
    }
    watched.check();
    return 0;
}
