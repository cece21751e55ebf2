#pragma once

#include <string>

namespace left4me {

/// What is wrong, and what to do about it.
struct Complaint {
    std::string problem;
    /// Empty where there is none to give.
    std::string remedy;
};

/// `what is wrong: what to do`.
[[nodiscard]] inline std::string to_string(const Complaint& complaint) {
    return complaint.problem + (complaint.remedy.empty() ? "" : ": " + complaint.remedy);
}

} // namespace left4me
