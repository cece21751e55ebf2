#pragma once

#include "generator/l4d2ctl/units/command_words.hpp"
#include "generator/l4d2ctl/units/effective_settings.hpp"
#include "generator/l4d2ctl/units/unit_settings.hpp"
#include "generator/text/diagnostic.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace left4me::ctl {

/// What there is of the name that is to be explained.
enum class ExplainedState {
    usable,
    unusable,
    retired,
    /// Left out for MaxInstances=.
    refused,
    /// Its instance.env is for others' eyes.
    hidden,
    unknown,
};

/// A line of instance.env that says something, or several that go together.
struct ExplainedLine {
    unsigned line = 0;
    unsigned last_line = 0;
    /// As it stands there.
    std::string text;
    /// Empty when it is no assignment.
    std::string key;
    /// With quotes and escapes undone.
    std::string value;
    /// Indices into Explanation::settings.
    std::vector<std::size_t> became;
    /// Why nothing became of it; empty when something did.
    std::string nothing;
};

struct ExplainedSetting {
    GeneratedSetting setting;
    SettingOrigins origins;
};

struct Explanation {
    std::string name;
    ExplainedState state = ExplainedState::unknown;
    /// The instance.env; empty when there is none.
    std::string source;
    /// What it is about this state, one sentence each.
    std::vector<std::string> reasons;
    Diagnostics diagnostics;
    std::vector<ExplainedLine> lines;
    /// What the generator would write now.
    std::vector<ExplainedSetting> settings;
    /// The service, and the mount unit and the target of the file systems where there are any.
    std::vector<UnitPieces> pieces;
    std::vector<EffectiveUnit> effective;
    /// Nothing when no server would be started.
    std::optional<UnitCommand> command;
    /// Whether the generator would write something else than it has; nothing when that is not
    /// known.
    std::optional<bool> reload_needed;
};

/// What the lines of an instance.env became.
///
/// \param text      empty where it could not be read
/// \param settings  of that instance
[[nodiscard]] std::vector<ExplainedLine>
explain_lines(std::string_view text, const std::string& source, bool usable,
              const std::vector<ExplainedSetting>& settings);

/// \return where each setting has its value from
[[nodiscard]] std::vector<ExplainedSetting>
explain_settings(const std::vector<UnitFile>& files, std::string_view instance, bool usable,
                 const HostConfiguration& configuration);

/// Merges the pieces, and adds what is wrong with them to the diagnostics.
void explain_units(Explanation& explanation, std::vector<UnitPieces> pieces);

[[nodiscard]] std::string to_text(const Explanation& explanation);
[[nodiscard]] std::string to_json(const Explanation& explanation);

} // namespace left4me::ctl
