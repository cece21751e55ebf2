#include "generator/text/path_text.hpp"

#include "generator/text/fields.hpp"
#include "generator/text/utf8.hpp"

#include <cstddef>

namespace left4me {

namespace {

/// Appends the components of `path` to `result`; false at a `..`.
bool append_components(std::string& result, std::string_view path) {
    while (!path.empty()) {
        const std::string_view component = take_until(path, '/');
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
    while (!text.empty()) {
        const auto character = first_character(text);
        if (character && is_control_character(character->code_point))
            return true;
        text.remove_prefix(character ? character->length : 1);
    }
    return false;
}

bool is_awkward_path(std::string_view path) {
    return path.find_first_of("\\\"'") != std::string_view::npos || path.ends_with(' ') ||
           has_control_character(path) || !is_valid_utf8(path);
}

} // namespace left4me
