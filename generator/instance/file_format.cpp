#include "generator/instance/file_format.hpp"

#include "generator/instance/env_file.hpp"
#include "generator/text/encoding.hpp"
#include "generator/text/word_split.hpp"

#include <algorithm>
#include <cstddef>

namespace left4me {

namespace {

/// Whether the lines of `text` end in CR alone.
bool has_cr_for_newline(std::string_view text) {
    return text.find('\n') == std::string_view::npos &&
           trim(text).find('\r') != std::string_view::npos;
}

std::string without_cr_before_newline(std::string_view text) {
    std::string mended;
    mended.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] != '\r' || i + 1 == text.size() || text[i + 1] != '\n')
            mended += text[i];
    return mended;
}

bool assign_the_same(std::string_view a, std::string_view b) {
    return std::ranges::equal(parse_env_file(a, {}).assignments, parse_env_file(b, {}).assignments,
                              [](const Assignment& left, const Assignment& right) {
                                  return left.key == right.key && left.value == right.value;
                              });
}

unsigned line_at(std::string_view text, std::size_t position) {
    return 1U + static_cast<unsigned>(std::ranges::count(text.substr(0, position), '\n'));
}

} // namespace

FileFormat check_file_format(std::string_view text, std::string_view file) {
    FileFormat format;
    if (text.find('\0') != std::string_view::npos)
        return format;
    const auto add = [&](unsigned line, Complaint complaint) {
        format.flaws.push_back(warning_at(std::string(file), line, std::move(complaint)));
    };
    std::string mended(text);
    if (text.starts_with(byte_order_mark)) {
        mended.erase(0, byte_order_mark.size());
        add(1, {"the file begins with a byte order mark, and so its first line is ignored",
                "save it as UTF-8 without one, for example with sed -i '1s/^\\xef\\xbb\\xbf//' "
                "FILE"});
    }
    if (has_cr_for_newline(text)) {
        std::ranges::replace(mended, '\r', '\n');
        add(1, {"the lines of the file end in CR, as on old Macs, and count as one",
                "save it with Unix line ends, for example with sed -i 's/\\r/\\n/g' FILE"});
    } else if (const std::size_t at = text.find("\\\r\n"); at != std::string_view::npos) {
        std::string unix_text = without_cr_before_newline(mended);
        if (!assign_the_same(mended, unix_text))
            add(line_at(text, at),
                {"a backslash before a Windows line end (CR LF) does not join the lines",
                 "save the file with Unix line ends, for example with sed -i 's/\\r$//' FILE"});
        mended = std::move(unix_text);
    }
    if (!format.flaws.empty())
        format.mended = std::move(mended);
    return format;
}

} // namespace left4me
