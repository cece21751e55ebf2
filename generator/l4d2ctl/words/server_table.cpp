#include "generator/l4d2ctl/words/server_table.hpp"

#include "generator/instance/listen_address.hpp"
#include "generator/text/diagnostic.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <fmt/format.h>
#include <string_view>

namespace left4me::ctl {

namespace {

constexpr std::uint64_t microseconds = 1'000'000;
constexpr const char* nothing = "-";
constexpr std::string_view cut_mark = "…";

struct Cell {
    std::string text;
    Colour colour = Colour::none;
};

struct Column {
    std::string_view title;
    bool right = false;
};

constexpr std::array columns = {
    Column{"NAME"},       Column{"STATE"},      Column{"SINCE", true},   Column{"RST", true},
    Column{"BOOT"},       Column{"PORT", true}, Column{"PLAYERS", true}, Column{"MAP"},
    Column{"LYRS", true}, Column{"MNT"},        Column{"MEMORY", true},  Column{"UPPER", true},
    Column{"NEEDS"},
};

/// Those that left4me-watch fills. Where it says nothing of any server, they are not shown.
constexpr std::size_t players_column = 6;
constexpr std::size_t map_column = 7;
static_assert(columns[players_column].title == "PLAYERS" && columns[map_column].title == "MAP");

/// Shorter than this, the next answer may still be on its way.
constexpr std::uint64_t least_silence = 30;
/// What a server says of itself may be of any length.
constexpr std::size_t longest_map = 24;

using Row = std::array<Cell, columns.size()>;

/// The columns that ASCII text takes, or a mark.
std::size_t width_of(std::string_view text) {
    return text.ends_with(cut_mark) ? text.size() - cut_mark.size() + 1 : text.size();
}

Cell state_cell(const ServerOverview& server) {
    const std::string word = state_in_a_word(server);
    if (word == "running")
        return {word, Colour::good};
    if (word == "failed" || word == "broken" || word == "masked" || word == "retired" ||
        word == "refused" || word == "unusable" || word == "ended" || word == "skipped")
        return {word, Colour::bad};
    if (word == "stopped" || word == "?")
        return {word};
    return {word, Colour::attention};
}

std::string boot_of(const ServerOverview& server, bool target_masked) {
    if (server.masked || (target_masked && server.at_boot()))
        return "never";
    if (server.autostart)
        return "auto";
    return server.enabled ? "yes" : nothing;
}

Cell needs_cell(const ServerOverview& server) {
    const bool reload = server.needs_reload.value_or(false);
    const bool restart = !server.needs_restart.empty();
    if (!reload && !restart)
        return {server.needs_reload ? nothing : "?"};
    return {reload && restart ? "both" : reload ? "reload" : "restart", Colour::attention};
}

std::string place_of(std::string_view address, std::uint16_t port) {
    return address == any_address ? std::to_string(port) : fmt::format("{}:{}", address, port);
}

std::string port_of(const ServerOverview& server) {
    const auto next = server.command_port ? server.command_port : server.port;
    if (!next)
        return nothing;
    // What it runs with is told only where it is not the file's.
    const auto now = server.service && server.service->active == "active" && server.command_port
                         ? server.running_port.value_or(server.port.value_or(*next))
                         : server.running_port.value_or(*next);
    const std::string address = server.address.value_or(std::string(any_address));
    const std::string next_place = place_of(address, *next);
    const std::string place = place_of(server.running_address.value_or(address), now);
    return place == next_place ? place : fmt::format("{}>{}", place, next_place);
}

std::string upper_of(const ServerOverview& server) {
    if (!server.upper)
        return nothing;
    if (server.upper->files == 0 && !server.upper->complete)
        return "?";
    return human_size(server.upper->bytes) + (server.upper->complete ? "" : "+");
}

Cell players_cell(const std::optional<watch::ServerAnswer>& answer) {
    if (!answer)
        return {nothing};
    if (answer->silent_seconds >= least_silence)
        return {fmt::format("silent {}s", answer->silent_seconds), Colour::attention};
    if (!answer->players || !answer->slots)
        return {nothing};
    return {fmt::format("{}/{}", *answer->players, *answer->slots)};
}

/// A stranger's text, in printable ASCII.
std::string map_of(const std::optional<watch::ServerAnswer>& answer) {
    if (!answer || !answer->map || answer->map->empty())
        return nothing;
    std::string text;
    for (const char c : *answer->map)
        text += c >= ' ' && c <= '~' ? std::string(1, c)
                                     : fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    if (text.size() > longest_map)
        text.replace(longest_map - 1, std::string::npos, cut_mark);
    return text;
}

Row row_of(const ServerOverview& server, const Overview& overview, std::uint64_t now) {
    const auto& service = server.service;
    const bool dated = service && service->since != 0 && service->since <= now;
    const std::string mounted = !server.mounted ? "?" : *server.mounted ? "yes" : nothing;
    return {Cell{server.name},
            state_cell(server),
            Cell{dated ? human_span((now - service->since) / microseconds) : nothing},
            Cell{service && service->restarts != 0 ? std::to_string(service->restarts) : nothing},
            Cell{boot_of(server, overview.target_masked)},
            Cell{port_of(server)},
            players_cell(server.answer),
            Cell{map_of(server.answer)},
            Cell{server.layers.empty() ? nothing : std::to_string(server.layers.size())},
            Cell{mounted},
            Cell{server.memory ? human_size(*server.memory) : nothing},
            Cell{upper_of(server)},
            needs_cell(server)};
}

using Widths = std::array<std::size_t, columns.size()>;

/// \return 0 for a column that is not shown
Widths measure(const std::vector<Row>& rows, bool shows_answers, const TextStyle& style) {
    Widths widths{};
    for (const Row& row : rows)
        for (std::size_t i = 0; i < columns.size(); ++i)
            widths[i] = std::max(widths[i], width_of(row[i].text));
    if (!shows_answers)
        widths[players_column] = widths[map_column] = 0;
    std::size_t others =
        columns.size() - 1 - static_cast<std::size_t>(std::ranges::count(widths, 0U));
    for (std::size_t i = 1; i < columns.size(); ++i)
        others += widths[i];
    // Only names are ever too long; --json and pipes have all of them.
    constexpr std::size_t least = 8;
    if (style.width != 0)
        widths[0] =
            std::min(widths[0], std::max(style.width - std::min(others, style.width), least));
    return widths;
}

std::string line_of(const Row& row, const Widths& widths, const TextStyle& style) {
    std::string line;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (widths[i] == 0)
            continue;
        std::string text = row[i].text;
        if (text.size() > widths[i] && i == 0)
            text = text.substr(0, widths[i] - 1).append(cut_mark);
        const std::size_t width = width_of(text);
        const std::string padding(widths[i] - std::min(width, widths[i]), ' ');
        line.append(i == 0 ? "" : " ");
        if (columns[i].right)
            line.append(padding);
        line.append(paint(text, row[i].colour, style));
        if (!columns[i].right && i + 1 < columns.size())
            line.append(padding);
    }
    return line.append(1, '\n');
}

} // namespace

std::string render_table(const Overview& overview, std::uint64_t now, const TextStyle& style) {
    std::vector<Row> rows;
    rows.reserve(overview.servers.size() + 1);
    Row& header = rows.emplace_back();
    for (std::size_t i = 0; i < columns.size(); ++i)
        header[i] = {std::string(columns[i].title), Colour::heading};
    for (const ServerOverview& server : overview.servers)
        rows.push_back(row_of(server, overview, now));

    const bool shows_answers = std::ranges::any_of(
        overview.servers, [](const ServerOverview& server) { return server.answer.has_value(); });
    const Widths widths = measure(rows, shows_answers, style);
    std::string text = line_of(rows.front(), widths, style);
    for (std::size_t i = 0; i < overview.servers.size(); ++i) {
        text += line_of(rows[i + 1], widths, style);
        for (const std::string& sentence : what_is_wrong(overview.servers[i]))
            text += wrap(one_line(sentence), "    ", style);
    }
    return text;
}

} // namespace left4me::ctl
