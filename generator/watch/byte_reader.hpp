#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace left4me::watch {

/// Takes fields off the front of a packet. Where one is missing, it and all that follow are
/// nothing, so that whoever reads needs to look at the end only.
class ByteReader {
  public:
    /// \param bytes  have to outlive the reader
    explicit ByteReader(std::string_view bytes) : m_rest(bytes) {}

    /// Returns the next `count` bytes.
    std::string_view take(std::size_t count) {
        if (m_failed || m_rest.size() < count)
            return fail();
        const std::string_view taken = m_rest.substr(0, count);
        m_rest.remove_prefix(count);
        return taken;
    }

    /// Returns the next byte as a number.
    unsigned take_number() {
        const std::string_view byte = take(1);
        return byte.empty() ? 0 : static_cast<unsigned char>(byte.front());
    }

    /// Returns the bytes up to the next NUL, which is taken too.
    std::string_view take_text() {
        const std::size_t end = m_rest.find('\0');
        if (m_failed || end == std::string_view::npos)
            return fail();
        const std::string_view taken = m_rest.substr(0, end);
        m_rest.remove_prefix(end + 1);
        return taken;
    }

    [[nodiscard]] std::string_view rest() const { return m_rest; }

    /// Whether a field was missing.
    [[nodiscard]] bool failed() const { return m_failed; }

  private:
    std::string_view fail() {
        m_failed = true;
        m_rest = {};
        return {};
    }

    std::string_view m_rest;
    bool m_failed = false;
};

} // namespace left4me::watch
