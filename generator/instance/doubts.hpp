#pragma once

#include "generator/instance/env_file.hpp"
#include "generator/text/diagnostic.hpp"

#include <optional>
#include <string_view>

/// What is read otherwise than its author is likely to have meant. None of it is an error: systemd
/// reads it so, and somebody may want it.
namespace left4me {

/// Returns whether a text has something in it that a shell, systemd, a container's template or a
/// server's script would replace: `$NAME`, `${NAME}`, `$(command)`, backticks, `{{NAME}}`, `%i`,
/// `%NAME%`.
[[nodiscard]] bool looks_expandable(std::string_view text);

/// Returns what to say of the aside of `assignment`, which has one.
[[nodiscard]] Complaint doubt_about_aside(const Assignment& assignment);

/// Returns the same without what stands there, for a value that has a password in it.
[[nodiscard]] Complaint doubt_about_secret_aside(const Assignment& assignment);

/// Returns what is odd about an argument for the server. The problem is put behind "the argument
/// ... ". Nothing for an argument without oddity.
[[nodiscard]] std::optional<Complaint> doubt_about_argument(std::string_view argument);

/// Returns what is odd about the path of a layer, as it is written or normalised. The problem is
/// put behind "the layer ... ". Nothing for a path without oddity.
[[nodiscard]] std::optional<Complaint> doubt_about_layer(std::string_view path);

} // namespace left4me
