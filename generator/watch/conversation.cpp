#include "generator/watch/conversation.hpp"

#include <utility>

namespace left4me::watch {

std::string Conversation::ask() {
    // The second is for a challenge that has run out between two packets.
    constexpr unsigned most_challenges = 2;
    // Challenges, an answer in parts, and as much again that came late.
    constexpr unsigned most_packets = 16;
    if (!m_is_asked) {
        m_due = 0;
        if (!m_tried.empty())
            m_challenge = std::move(m_tried);
    }
    m_tried.clear();
    m_is_asked = true;
    ++m_due;
    m_challenges_left = most_challenges;
    m_packets_left = most_packets;
    m_split.clear();
    return info_request(m_challenge);
}

Conversation::Heard Conversation::hear(std::string_view packet) {
    if (m_packets_left == 0)
        return {};
    --m_packets_left;
    if (packet.size() > largest_packet)
        return {};
    if (!packet.starts_with(split_header))
        return take(parse_reply(packet));
    const std::optional<std::string> whole = m_split.add(packet);
    return whole ? take(parse_reply(*whole)) : Heard();
}

bool Conversation::count_reply() {
    if (m_due == 0)
        return false;
    --m_due;
    return true;
}

Conversation::Heard Conversation::take(Reply reply) {
    Heard heard;
    heard.is_reply = !std::holds_alternative<std::monostate>(reply);
    if (!m_is_asked)
        return heard;
    if (auto* const challenge = std::get_if<Challenge>(&reply); challenge != nullptr) {
        if (m_challenges_left == 0)
            return heard;
        --m_challenges_left;
        ++m_due;
        m_tried = std::move(challenge->bytes);
        heard.to_send = info_request(m_tried);
    } else if (auto* const info = std::get_if<ServerInfo>(&reply); info != nullptr) {
        m_is_asked = false;
        m_split.clear();
        heard.info = std::move(*info);
    }
    return heard;
}

} // namespace left4me::watch
