#pragma once

#include <string>

namespace left4me {

/// What stands in the way of a mount, or of its server, and what to do about it.
struct Objection {
    std::string problem;
    std::string remedy;
};

[[nodiscard]] inline std::string to_string(const Objection& objection) {
    return objection.problem + ": " + objection.remedy;
}

} // namespace left4me
