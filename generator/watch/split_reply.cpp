#include "generator/watch/split_reply.hpp"

#include "generator/watch/a2s_packets.hpp"
#include "generator/watch/byte_reader.hpp"

namespace left4me::watch {

namespace {

/// Of the last byte of a reply's number, which is little-endian.
constexpr unsigned compressed = 0x80;

struct Part {
    std::string_view id;
    std::size_t total = 0;
    std::size_t number = 0;
    std::string_view content;
};

std::optional<Part> read_part(std::string_view packet) {
    constexpr std::size_t id_size = 4;
    ByteReader reader(packet);
    if (reader.take(split_header.size()) != split_header)
        return std::nullopt;
    Part part;
    part.id = reader.take(id_size);
    part.total = reader.take_number();
    part.number = reader.take_number();
    reader.take(2); // how much of a reply one packet takes
    part.content = reader.rest();
    if (reader.failed() || part.total > SplitReply::most_parts || part.number >= part.total)
        return std::nullopt;
    if ((static_cast<unsigned char>(part.id.back()) & compressed) != 0)
        return std::nullopt;
    return part;
}

} // namespace

std::optional<std::string> SplitReply::add(std::string_view packet) {
    const std::optional<Part> part = read_part(packet);
    if (!part || packet.size() > largest_packet)
        return std::nullopt;
    if (part->id != m_id || part->total != m_total) {
        clear();
        m_id = part->id;
        m_total = part->total;
    }
    std::optional<std::string>& place = m_parts[part->number];
    if (place)
        return std::nullopt;
    place.emplace(part->content);
    if (++m_present < m_total)
        return std::nullopt;
    std::string whole = join();
    clear();
    return whole;
}

std::string SplitReply::join() const {
    std::string whole;
    for (const std::optional<std::string>& part : m_parts)
        whole += part.value_or("");
    return whole;
}

} // namespace left4me::watch
