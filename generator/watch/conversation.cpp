#include "generator/watch/conversation.hpp"

#include <utility>

namespace left4me::watch {

std::string Conversation::ask() {
    // The second is for a challenge that has run out between two packets.
    constexpr unsigned most_challenges = 2;
    // Challenges, an answer in parts, and as much again that came late.
    constexpr unsigned most_packets = 16;
    m_is_asked = true;
    m_challenges_left = most_challenges;
    m_packets_left = most_packets;
    m_split.clear();
    return info_request(m_challenge);
}

Conversation::Heard Conversation::hear(std::string_view packet) {
    if (m_packets_left == 0)
        return {};
    --m_packets_left;
    if (!m_is_asked || packet.size() > largest_packet)
        return {};
    if (!packet.starts_with(split_header))
        return take(parse_reply(packet));
    const std::optional<std::string> whole = m_split.add(packet);
    return whole ? take(parse_reply(*whole)) : Heard();
}

Conversation::Heard Conversation::take(Reply reply) {
    if (auto* const challenge = std::get_if<Challenge>(&reply); challenge != nullptr) {
        if (m_challenges_left == 0)
            return {};
        --m_challenges_left;
        m_challenge = std::move(challenge->bytes);
        return {std::nullopt, info_request(m_challenge)};
    }
    auto* const info = std::get_if<ServerInfo>(&reply);
    if (info == nullptr)
        return {};
    m_is_asked = false;
    m_split.clear();
    return {std::move(*info), {}};
}

} // namespace left4me::watch
