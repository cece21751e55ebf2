#pragma once

#include "generator/text/enum_words.hpp"

namespace left4me {

/// What left4me-watch does about a server (L4D2_HEALTH): nothing, asks it how it is, or also has it
/// ended when it has gone silent.
enum class Health { off, watch, restart };

/// As instance.env and X-Left4me-Health= of the generated drop-in have them.
inline constexpr EnumWords<Health> health_words = {
    {Health::off, "off"}, {Health::watch, "watch"}, {Health::restart, "restart"}};

} // namespace left4me
