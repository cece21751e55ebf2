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

/// The state of the instance that is to be explained.
enum class ExplainedState {
    usable,
    unusable,
    retired,
    /// Left out for MaxInstances=.
    refused,
    /// The caller may not read its instance.env.
    hidden,
    unknown,
};

/// A line of instance.env that says something, or several that one assignment takes.
struct ExplainedLine {
    /// Counted from 1.
    unsigned line = 0;
    unsigned last_line = 0;
    /// As it stands in the file, without the last newline.
    std::string text;
    /// Empty if the line is not an assignment.
    std::string key;
    /// With quotes and escapes undone.
    std::string value;
    /// Indices into Explanation::settings.
    std::vector<std::size_t> became;
    /// Why nothing became of it; empty if something did.
    std::string nothing;
};

/// A generated setting and what its value comes from.
struct ExplainedSetting {
    GeneratedSetting setting;
    SettingOrigins origins;
};

/// What `l4d2ctl explain` shows of one instance.
struct Explanation {
    std::string name;
    ExplainedState state = ExplainedState::unknown;
    /// The path of the instance.env; empty if there is none.
    std::string source;
    /// Why the state is what it is, one sentence each.
    std::vector<std::string> reasons;
    Diagnostics diagnostics;
    std::vector<ExplainedLine> lines;
    /// What the generator would write now; for a hidden instance, what it wrote last.
    std::vector<ExplainedSetting> settings;
    /// The service, and for a usable instance its mount unit and the target of its file systems.
    std::vector<UnitPieces> pieces;
    /// Those of `pieces`, merged.
    std::vector<EffectiveUnit> effective;
    /// What starts the server; nullopt if nothing does.
    std::optional<UnitCommand> command;
    /// Whether a reload would change generated files; nullopt if that is not known.
    std::optional<bool> reload_needed;
};

/// Finds what became of the lines of an instance.env. Comments and blank lines are left out.
///
/// \param text      of the file; empty if it could not be read
/// \param source    its path
/// \param usable    whether the file makes a usable instance
/// \param settings  of that instance, for ExplainedLine::became
[[nodiscard]] std::vector<ExplainedLine>
explain_lines(std::string_view text, const std::string& source, bool usable,
              const std::vector<ExplainedSetting>& settings);

/// Finds where each setting in the files of one instance has its value from.
///
/// \param files   of the generator
/// \param usable  whether the instance is: only then do its start limits come from left4me.conf
/// \return in the order of the files
[[nodiscard]] std::vector<ExplainedSetting>
explain_settings(const std::vector<UnitFile>& files, std::string_view instance, bool usable,
                 const HostConfiguration& configuration);

/// Fills in `pieces`, `effective` and, from ExecStart= of a service that is not masked, `command`;
/// adds what is wrong with the pieces to `diagnostics`.
void explain_units(Explanation& explanation, std::vector<UnitPieces> pieces);

/// For people.
[[nodiscard]] std::string to_text(const Explanation& explanation);

/// For programs: packaging/schema/l4d2ctl-explain.schema.json.
[[nodiscard]] std::string to_json(const Explanation& explanation);

} // namespace left4me::ctl
