#include "generator/overlay/ownership_advice.hpp"

#include "generator/text/ascii.hpp"
#include "generator/text/word_list.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string_view>

namespace left4me {

namespace {

constexpr std::string_view scratch = "work";

bool is_number(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string belonging(const std::string& directory, const std::vector<ForeignDirectory>& foreign) {
    std::vector<std::string> words;
    words.reserve(foreign.size());
    const auto is_of_first = [&](const ForeignDirectory& other) {
        return other.owner.uid == foreign.front().owner.uid;
    };
    const bool same = std::ranges::all_of(foreign, is_of_first);
    for (const ForeignDirectory& one : foreign)
        words.push_back(same ? fmt::format("{}/{}", directory, one.name)
                             : fmt::format("{}/{} {}to uid {}", directory, one.name,
                                           words.empty() ? "belongs " : "", one.owner.uid));
    if (!same)
        return enumerate(words);
    return fmt::format("{} belong{} to uid {}", enumerate(words), words.size() == 1 ? "s" : "",
                       foreign.front().owner.uid);
}

/// A command for each owner, in the order of the directories.
std::vector<std::string> give_to_servers(const std::string& directory,
                                         const std::vector<ForeignDirectory>& foreign,
                                         const NamedUser& servers) {
    std::vector<std::string> commands;
    std::vector<UserIds> done;
    for (const ForeignDirectory& one : foreign) {
        if (one.name == scratch || std::ranges::count(done, one.owner) > 0)
            continue;
        done.push_back(one.owner);
        std::vector<std::string> theirs;
        for (const ForeignDirectory& other : foreign)
            if (other.name != scratch && other.owner == one.owner)
                theirs.push_back(fmt::format("{}/{}", directory, other.name));
        commands.push_back(chown_from(one.owner, servers, theirs));
    }
    return commands;
}

} // namespace

std::string owner_argument(const NamedUser& user) {
    return is_number(user.name) ? fmt::format("{}:{}", user.ids.uid, user.ids.gid)
                                : user.name + ":";
}

std::string shell_argument(const std::string& path) {
    constexpr std::string_view plain = "/._-+,:@=";
    const auto is_plain = [&](char c) {
        return is_ascii_alphanumeric(c) || plain.find(c) != std::string_view::npos;
    };
    if (std::ranges::all_of(path, is_plain))
        return path;
    const bool is_shown = one_line(path) == path;
    std::string quoted;
    for (const char c : path)
        if (c == '\'')
            quoted += is_shown ? R"('\'')" : R"(\')";
        else if (c == '\\' && !is_shown)
            quoted += R"(\\)";
        else
            quoted += c;
    return fmt::format("{}'{}'", is_shown ? "" : "$", one_line(quoted));
}

std::string chown_from(UserIds from, const NamedUser& to,
                       const std::vector<std::string>& directories) {
    std::string command =
        fmt::format("chown -R --from={}:{} {}", from.uid, from.gid, owner_argument(to));
    for (const std::string& directory : directories)
        command += " " + shell_argument(directory);
    return command;
}

std::optional<Complaint> objection_to_owners(const std::string& directory,
                                             const std::vector<ForeignDirectory>& foreign,
                                             bool may_enter, const NamedUser& servers) {
    std::vector<std::string> commands = give_to_servers(directory, foreign, servers);
    if (std::ranges::count(foreign, scratch, &ForeignDirectory::name) > 0)
        commands.push_back(fmt::format("rm -r {}/{}", shell_argument(directory), scratch));
    if (!may_enter)
        commands.push_back(fmt::format("chown root:{0} {1} && chmod 750 {1}", servers.ids.gid,
                                       shell_argument(directory)));
    if (commands.empty())
        return std::nullopt;
    const std::string all = fmt::format("{}", fmt::join(commands, " && "));
    if (foreign.empty())
        return Complaint{
            fmt::format("the servers' user (uid {}) may not enter {}", servers.ids.uid, directory),
            "run " + all};
    return Complaint{fmt::format("{}, not to the servers' user (uid {})",
                                 belonging(directory, foreign), servers.ids.uid),
                     fmt::format("move it away, or, if it comes from another host, run {}", all)};
}

} // namespace left4me
