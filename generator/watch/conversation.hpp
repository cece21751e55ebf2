#pragma once

#include "generator/watch/a2s_packets.hpp"
#include "generator/watch/split_reply.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace left4me::watch {

/// What is said between us and one server: a question, its challenge, the question once more, the
/// answer. Between two questions it takes one answer, few challenges and few packets, and none that
/// was not asked for.
class Conversation {
  public:
    /// What came of a packet.
    struct Heard {
        /// The answer, if that is complete now.
        std::optional<ServerInfo> info;
        /// What to send back; empty for nothing.
        std::string to_send;
    };

    /// Begins a question. An answer to the last one that comes late is taken for this one's.
    ///
    /// \return the packet to send
    [[nodiscard]] std::string ask();

    /// Takes a packet that came from the server's address and port.
    [[nodiscard]] Heard hear(std::string_view packet);

    /// Whether it takes no more packets before the next question: there were too many.
    [[nodiscard]] bool is_deaf() const { return m_packets_left == 0; }

  private:
    [[nodiscard]] Heard take(Reply reply);

    /// The last one, which a server takes again for a while: that saves it and us two packets.
    std::string m_challenge;
    SplitReply m_split;
    bool m_is_asked = false;
    unsigned m_challenges_left = 0;
    unsigned m_packets_left = 0;
};

} // namespace left4me::watch
