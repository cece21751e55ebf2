#include "helper/silent/end_request.hpp"

#include "generator/text/number_text.hpp"

namespace left4me {

namespace {

constexpr std::size_t invocation_digits = 32;

/// Takes the line `KEY=value` off the front of `text`.
///
/// \return nothing if it does not begin with a whole line of that key
std::optional<std::string_view> take_line(std::string_view& text, std::string_view key) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos || !text.starts_with(key))
        return std::nullopt;
    const std::string_view value = text.substr(key.size(), end - key.size());
    text.remove_prefix(end + 1);
    return value;
}

} // namespace

std::optional<EndRequest> parse_end_request(std::string_view text) {
    const auto invocation = take_line(text, "INVOCATION_ID=");
    const auto seconds = take_line(text, "SILENT_SEC=");
    if (!invocation || !seconds || !text.empty() || invocation->size() != invocation_digits ||
        invocation->find_first_not_of("0123456789abcdef") != std::string_view::npos)
        return std::nullopt;
    const auto number = parse_number<std::uint64_t>(*seconds);
    if (!number)
        return std::nullopt;
    return EndRequest{std::string(*invocation), *number};
}

} // namespace left4me
