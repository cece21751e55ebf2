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
        /// Whether it was a reply, of which there is one for each packet that was sent.
        bool is_reply = false;
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

    /// Counts a reply.
    ///
    /// \return whether one was due: the server sends one for each packet that it gets
    [[nodiscard]] bool count_reply();

    /// Says that replies came which were not the server's. The next question has the challenge from
    /// before them.
    void doubt() { m_tried.clear(); }

  private:
    [[nodiscard]] Heard take(Reply reply);

    /// The last one that had an answer. A server takes it again for a while, which saves it and us
    /// two packets.
    std::string m_challenge;
    /// The last one that came since the question.
    std::string m_tried;
    SplitReply m_split;
    bool m_is_asked = false;
    /// Replies to what was sent that have not come yet.
    unsigned m_due = 0;
    unsigned m_challenges_left = 0;
    unsigned m_packets_left = 0;
};

} // namespace left4me::watch
