#pragma once

#include "generator/text/diagnostic.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace left4me::ctl {

/// What a finding is about.
enum class FindingKind {
    /// left4me.conf.
    configuration,
    /// A directory that holds instances.
    directory,
    /// What an instance.env says, or that it cannot be read.
    file,
    port,
    /// RuntimeUser= or SandboxUser=.
    user,
    /// A file system that is not mounted.
    mount,
    layer,
    /// Where a server writes: runtime/NAME, or the state root.
    runtime,
    /// What the servers' user may not read or write.
    permission,
    /// The program that systemd is to execute.
    server,
    /// What could not be found out.
    failure,
};

/// One thing that is wrong.
struct Finding {
    FindingKind kind = FindingKind::file;
    Diagnostic diagnostic;
    /// Empty if it is about the host.
    std::string instance;
};

using Findings = std::vector<Finding>;

/// Keeps the first 20 errors and the first 20 warnings of one instance, and counts the others in
/// one more each: the mistake of a script can be in thousands of files of a hundred layers each.
[[nodiscard]] Findings limit_findings(Findings findings);

/// An instance that `l4d2ctl check` has looked at.
struct CheckedInstance {
    std::string name;
    /// The path of its instance.env, or of the file given in place of one.
    std::string file;
};

/// The result of `l4d2ctl check`.
struct CheckReport {
    /// Those about the host, and what could not be generated, then instance by instance.
    Findings findings;
    /// What could not be looked at.
    std::vector<std::string> notes;
    std::vector<CheckedInstance> checked;
};

/// Whether a finding is an error and not a warning.
[[nodiscard]] bool has_errors(const CheckReport& report);

/// One line, without a newline: `FILE:LINE: what is wrong: what to do`, without the parts that the
/// finding does not have.
[[nodiscard]] std::string to_string(const Finding& finding);

/// A line for each finding.
///
/// \param for_person  whether to say that nothing is wrong
/// \return "" if there are no findings and it is not for a person
[[nodiscard]] std::string describe(const CheckReport& report, bool for_person);

/// For programs: packaging/schema/l4d2ctl-check.schema.json.
[[nodiscard]] std::string to_json(const CheckReport& report);

/// Guesses the instance that a file given by hand is meant for: NAME for .../NAME/instance.env,
/// otherwise the file's name without its ending.
///
/// \param path  absolute and normalised, or empty
/// \return "instance" if that is not a valid name of an instance
[[nodiscard]] std::string instance_of_file(std::string_view path);

} // namespace left4me::ctl
