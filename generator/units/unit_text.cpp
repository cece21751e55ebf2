#include "generator/units/unit_text.hpp"

#include <cstddef>
#include <fmt/format.h>
#include <stdexcept>

namespace left4me {

namespace {

using namespace std::string_view_literals;

constexpr std::size_t usual_size = 1536;

} // namespace

UnitText::UnitText() {
    m_text.reserve(usual_size);
    m_text = generated_heading;
}

UnitText& UnitText::set(SettingKey key, std::string_view value) {
    if (value.find_first_of("\n\r\0"sv) != std::string_view::npos || value.ends_with('\\'))
        throw std::invalid_argument(
            fmt::format("{}={} would not end with its line", key.key(), printable(value)));
    if (m_section != key.section())
        m_text.append("\n[").append(key.section()).append("]\n");
    m_section = key.section();
    m_text.append(key.key()).append(1, '=').append(value).append(1, '\n');
    return *this;
}

} // namespace left4me
