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
    /// Empty when it is about the host.
    std::string instance;
};

using Findings = std::vector<Finding>;

struct CheckedInstance {
    std::string name;
    /// Its instance.env, or the file given in place of one.
    std::string file;
};

/// What `l4d2ctl check` comes to.
struct CheckReport {
    /// Those of the host first, then instance by instance.
    Findings findings;
    /// What could not be looked at.
    std::vector<std::string> notes;
    std::vector<CheckedInstance> checked;
};

[[nodiscard]] bool has_errors(const CheckReport& report);

/// One line, without a newline: `FILE:LINE: what is wrong: what to do`, as far as there is a file,
/// a line and a remedy.
[[nodiscard]] std::string to_string(const Finding& finding);

/// A line per finding.
///
/// \param for_person  whether to say so when there is none
[[nodiscard]] std::string describe(const CheckReport& report, bool for_person);

[[nodiscard]] std::string to_json(const CheckReport& report);

/// The instance that a file given by hand is taken for: of .../NAME/instance.env NAME, of any other
/// its name without the ending, and "instance" where that is no instance's name.
///
/// \param path  absolute and normalised
[[nodiscard]] std::string instance_of_file(std::string_view path);

} // namespace left4me::ctl
