#pragma once

#include "generator/text/diagnostic.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What is known of the game. Another game on the Source engine is a change of game.hpp and
/// game.cpp, and of the texts that name the game: Description= in units.in/, the users' names in
/// units.in/left4me.sysusers.conf.in and packaging/debian/postrm, packaging/ and the manual pages.
namespace left4me::game {

inline constexpr std::string_view title = "Left 4 Dead 2";

/// The directory of the game in its installation, where its server is started.
inline constexpr const char* directory = "left4dead2";

/// What starts a server, in the installation.
inline constexpr const char* program = "srcds_run";

/// The server itself, beside it.
inline constexpr const char* server = "srcds_linux";

/// Returns whether a script, as far as it was read, executes `server`. One that an administrator
/// has put in the place of `program` need not.
[[nodiscard]] bool executes_server(std::string_view script);

/// What else lies beside `directory` in an installation, and the other games there whose files the
/// server takes too (left4dead2_dlc1), by how their names begin.
inline constexpr std::array<std::string_view, 9> beside_directory = {
    "linux32", "left4dead2_", "srcds_", "bin", "hl2", "platform", "steam", "thirdpartylegalnotices",
    "update"};

/// The directories in `directory` that it looks for files in, and that addons are unpacked to.
inline constexpr std::array<std::string_view, 17> content_directories = {
    "addons", "cfg",     "expressions", "gfx",       "maps",     "materials",
    "media",  "models",  "missions",    "particles", "resource", "reslists",
    "scenes", "scripts", "shaders",     "sound",     "ems"};

/// Where in `directory` a file belongs that ends so.
struct FilePlace {
    std::string_view ending;
    std::string_view place;
};

inline constexpr std::array<FilePlace, 6> file_places = {{
    {".vpk", "addons"},
    {".bsp", "maps"},
    {".nav", "maps"},
    {".smx", "addons/sourcemod/plugins"},
    {"server.cfg", "cfg"},
    {".cfg", "cfg"},
}};

/// Whether the game itself has a file of that name directly in `directory`, whatever file_places
/// says.
[[nodiscard]] bool belongs_into_directory(std::string_view file);

/// A directory that servers write to.
struct WrittenDirectory {
    /// In `directory`; "" is that itself.
    std::string_view path;
    /// What a server that may not write there cannot save.
    std::string_view contents;
};

inline constexpr std::array<WrittenDirectory, 7> written_directories = {{
    {"", "logs and downloads"},
    {"logs", "logs"},
    {"cfg", "bans"},
    {"addons/sourcemod/logs", "the logs of SourceMod"},
    {"addons/sourcemod/data", "the data of plugins"},
    {"addons/sourcemod/data/sqlite", "the databases of plugins"},
    {"addons/sourcemod/configs", "the settings of plugins"},
}};

/// What tells the server the address and the port to listen on.
inline constexpr std::string_view address_option = "-ip";
inline constexpr std::string_view port_option = "-port";
/// What every server is started with, before its address and port.
inline constexpr std::array<std::string_view, 4> fixed_arguments = {
    "-game", directory, "-norestart", "-strictportbind"};

/// Whether the wrapper's shell may make names of files of an argument.
[[nodiscard]] bool is_file_pattern(std::string_view argument);

/// Whether a password or a token stands in `argument`, by the name of an option in it or at the end
/// of `before`, the argument before it. Such an argument is in no message.
[[nodiscard]] bool holds_secret(std::string_view argument, std::string_view before);

/// Whether the name of an option that takes a password or a token may be anywhere in `text`, in
/// which arguments may be glued together.
[[nodiscard]] bool may_hold_secret(std::string_view text);

struct ArgumentProblem {
    Severity severity;
    Complaint complaint;
};

/// Returns what is wrong with passing `argument` to `program`; nothing if the server gets it as it
/// is.
///
/// An error: it has a control character, or one of its words is in forbidden_arguments(). The
/// product sets those itself, or they run, write or delete files. (Facts about the wrapper: its own
/// options and those that force its restart loop.) Or they break what is promised of every server:
/// it is the one process of its unit, listens where its instance.env says and nowhere else, and is
/// stopped by SIGINT.
///
/// A warning: it sets a password, which everybody can read in systemd's unit and in the process's
/// command line. The message does not repeat it, and there is no other about its value.
///
/// Another warning: `program` is a shell script that hands its arguments on as unquoted `$*`, so
/// the server gets something else than is written here. An argument with blanks becomes several,
/// one with `*`, `?` or `[` becomes the names of files that match it, and an empty one vanishes.
/// For the same reason every word of an argument is looked at for the errors.
///
/// \param before  the argument before it, or ""
[[nodiscard]] std::optional<ArgumentProblem> problem_of_argument(std::string_view argument,
                                                                 std::string_view before = {});

/// Returns the options that are errors, in lower case; any other letter case is an error, too.
[[nodiscard]] std::vector<std::string_view> forbidden_arguments();

} // namespace left4me::game
