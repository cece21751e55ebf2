#include "generator/watch/answer_reading.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace left4me::watch {

namespace {

using nlohmann::json;

/// More than any server has players, and any silence seconds.
constexpr std::uint64_t largest_number = 1'000'000'000;
constexpr std::size_t longest_time = sizeof "2026-11-30T20:00:00.123456+00:00" - 1;

std::uint64_t number_from(const json& value) {
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() > largest_number)
        throw std::invalid_argument("not a count");
    return value.get<std::uint64_t>();
}

std::optional<unsigned> count_from(const json& value) {
    return value.is_null() ? std::nullopt
                           : std::optional(static_cast<unsigned>(number_from(value)));
}

std::string time_from(const json& value) {
    if (value.is_null())
        return {};
    std::string time = value.get<std::string>();
    if (time.empty() || time.size() > longest_time ||
        time.find_first_not_of("0123456789-+:.TZ") != std::string::npos)
        throw std::invalid_argument("not a time");
    return time;
}

Health health_from(const json& value) {
    const auto health = health_words.find(value.get<std::string>());
    if (!health)
        throw std::invalid_argument("not a word of L4D2_HEALTH=");
    return *health;
}

} // namespace

std::optional<ServerAnswer> read_answer(std::string_view text, std::string_view instance) {
    try {
        const json root = json::parse(text);
        if (root.at("instance").get<std::string>() != instance)
            return std::nullopt;
        ServerAnswer answer;
        if (const json& map = root.at("map"); !map.is_null())
            answer.map = map.get<std::string>();
        answer.players = count_from(root.at("players"));
        answer.bots = count_from(root.at("bots"));
        answer.slots = count_from(root.at("slots"));
        answer.answered = time_from(root.at("answered"));
        answer.silent_seconds = number_from(root.at("silent_seconds"));
        answer.health = health_from(root.at("health"));
        return answer;
    } catch (const json::exception&) {
        return std::nullopt;
    } catch (const std::invalid_argument&) {
        return std::nullopt;
    }
}

} // namespace left4me::watch
