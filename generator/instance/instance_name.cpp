#include "generator/instance/instance_name.hpp"

#include "generator/text/ascii.hpp"

#include <algorithm>
#include <cstddef>

namespace left4me {

namespace {

constexpr std::size_t longest_name = 63;

} // namespace

bool is_instance_name(std::string_view name) {
    return !name.empty() && name.size() <= longest_name && is_ascii_alphanumeric(name.front()) &&
           std::ranges::all_of(name, [](char c) {
               return is_ascii_alphanumeric(c) || c == '_' || c == '.' || c == '-';
           });
}

} // namespace left4me
