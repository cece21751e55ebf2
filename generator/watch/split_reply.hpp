#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace left4me::watch {

/// Joins a reply that came in several packets, in whatever order. It holds one reply at a time and
/// no more than `most_parts` packets of it, whatever a server sends.
class SplitReply {
  public:
    static constexpr std::size_t most_parts = 4;

    /// Takes a packet that begins with `split_header`. One of another reply than the last one
    /// begins anew. What is malformed, compressed, there already or of too many parts is dropped.
    ///
    /// \return the whole reply once nothing is missing, which is then forgotten
    [[nodiscard]] std::optional<std::string> add(std::string_view packet);

    /// Forgets what it has.
    void clear() { *this = SplitReply(); }

  private:
    [[nodiscard]] std::string join() const;

    std::string m_id;
    std::size_t m_total = 0;
    std::size_t m_present = 0;
    std::array<std::optional<std::string>, most_parts> m_parts;
};

} // namespace left4me::watch
