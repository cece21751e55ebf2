#include "generator/text/path_text.hpp"

#include "generator/text/utf8.hpp"

#include <algorithm>
#include <cstddef>

namespace left4me {

namespace {

/// Appends the components of `path` to `result`; false at a `..`.
bool append_components(std::string& result, std::string_view path) {
    while (!path.empty()) {
        const std::size_t slash = std::min(path.find('/'), path.size());
        const std::string_view component = path.substr(0, slash);
        path.remove_prefix(std::min(slash + 1, path.size()));
        if (component.empty() || component == ".")
            continue;
        if (component == "..")
            return false;
        result += '/';
        result += component;
    }
    return true;
}

} // namespace

std::optional<std::string> normalize_path(std::string_view base, std::string_view path) {
    std::string result;
    if (!path.starts_with('/') && !append_components(result, base))
        return std::nullopt;
    if (!append_components(result, path))
        return std::nullopt;
    if (result.empty())
        result = "/";
    return result;
}

std::optional<std::string_view> path_below(std::string_view path, std::string_view directory) {
    if (path == directory)
        return std::string_view();
    if (!path.starts_with(directory))
        return std::nullopt;
    path.remove_prefix(directory.size());
    if (directory == "/")
        return path;
    if (!path.starts_with('/'))
        return std::nullopt;
    return path.substr(1);
}

PathList split_path_list(std::string_view text) {
    PathList list;
    std::string element;

    auto finish_element = [&] {
        if (element.empty() && list.problem.empty())
            list.problem = "an empty element between colons";
        list.paths.push_back(std::move(element));
        element.clear();
    };

    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == ':') {
            finish_element();
        } else if (text[i] != '\\') {
            element += text[i];
        } else if (i + 1 < text.size() && (text[i + 1] == ':' || text[i + 1] == '\\')) {
            element += text[++i];
        } else if (list.problem.empty()) {
            list.problem = "a backslash that is neither '\\:' nor '\\\\'";
        }
    }
    finish_element();
    return list;
}

bool has_control_character(std::string_view text) {
    constexpr std::string_view line_separator = "\u2028";
    constexpr std::string_view paragraph_separator = "\u2029";
    constexpr unsigned char lead_of_c1 = 0xC2;

    unsigned char previous = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7F || (previous == lead_of_c1 && byte >= 0x80 && byte < 0xA0))
            return true;
        previous = byte;
    }
    return text.find(line_separator) != std::string_view::npos ||
           text.find(paragraph_separator) != std::string_view::npos;
}

bool is_awkward_path(std::string_view path) {
    return path.find_first_of("\\\"'") != std::string_view::npos || path.ends_with(' ') ||
           has_control_character(path) || !is_valid_utf8(path);
}

} // namespace left4me
