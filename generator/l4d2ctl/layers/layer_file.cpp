#include "generator/l4d2ctl/layers/layer_file.hpp"

#include "generator/l4d2ctl/layers/layer_path.hpp"
#include "generator/text/diagnostic.hpp"
#include "generator/text/enum_words.hpp"
#include "generator/text/json_text.hpp"

#include <algorithm>
#include <cerrno>
#include <fmt/format.h>

namespace left4me::ctl {

namespace {

constexpr std::string_view text_indent = "        ";

/// One answer, in words.
class Words {
  public:
    Words(const FileOrigin& origin, const std::vector<std::string>& components,
          std::string_view merged, const LayerStyle& style)
        : m_origin(origin), m_components(components), m_merged(merged), m_style(style) {}

    [[nodiscard]] std::string text() const {
        std::string text = fmt::format("{}: {}\n", m_origin.instance, shown(m_components.size()));
        const char* key = "from";
        for (const std::size_t layer : m_origin.lookup.providers) {
            text += row(key, layer);
            key = "and";
        }
        if (m_origin.lookup.result != Lookup::Result::found)
            text += wrap(why_not(), "", m_style.text);
        for (const HiddenFile& hidden : m_origin.lookup.hidden) {
            text += row(m_origin.lookup.providers.empty() ? "hidden" : "hides", hidden.layer);
            if (!is_plain(hidden.by))
                text += wrap("hidden by " + words_of(hidden.by), text_indent, m_style.text);
        }
        return text;
    }

  private:
    [[nodiscard]] std::string shown(std::size_t count) const {
        return one_line(join(m_components, count));
    }

    [[nodiscard]] std::string name_of(std::size_t layer) const {
        return one_line(m_origin.layers[layer].path);
    }

    [[nodiscard]] std::string row(const char* key, std::size_t layer) const {
        std::string text = fmt::format("{:<7} {}{}\n", key, name_of(layer),
                                       is_upper(layer) ? " (the server's own)" : "");
        const LookedInto& looked_into = m_origin.layers[layer];
        if (m_components.empty())
            return text;
        return text + wrap(words_of(looked_into.trail.entries.back(), looked_into.idmapped),
                           text_indent, m_style.text);
    }

    [[nodiscard]] std::string words_of(const LayerEntry& entry, bool idmapped) const {
        std::string text(enum_name(entry.type));
        std::ranges::replace(text, '_', ' ');
        if (entry.type == FileType::file)
            text += ", " + human_size(entry.size);
        if (entry.type == FileType::symlink)
            text += " to " + one_line(entry.target);
        const UserIds on_disk{entry.uid, entry.gid};
        const UserIds seen = idmapped ? m_style.users.seen(on_disk) : on_disk;
        text += ", " + m_style.users.name_of(seen.uid) + "'s";
        if (seen.uid != on_disk.uid)
            text += fmt::format(" ({}'s on the disk)", m_style.users.name_of(on_disk.uid));
        return text + fmt::format(", {:04o}, changed {}", entry.mode,
                                  m_style.time_text(entry.modified.seconds));
    }

    /// Whether it is hidden just by being below what is shown, or by what has been said already.
    [[nodiscard]] bool is_plain(const Cover& cover) const {
        const Lookup& lookup = m_origin.lookup;
        if (lookup.providers.empty())
            return lookup.layer == cover.layer && lookup.component == cover.component;
        return cover.component + 1 == m_components.size() &&
               lookup.providers.front() == cover.layer;
    }

    [[nodiscard]] std::string words_of(const Cover& cover) const {
        const std::string path = shown(cover.component + 1);
        switch (cover.kind) {
        case Cover::Kind::whiteout:
            return fmt::format("the deletion of {} in {}", path, name_of(cover.layer));
        case Cover::Kind::opaque_directory:
            return fmt::format("the directory {} in {}, which took the place of a deleted one",
                               path, name_of(cover.layer));
        case Cover::Kind::directory:
            return fmt::format("the directory {} in {}", path, name_of(cover.layer));
        case Cover::Kind::file:
            break;
        }
        return fmt::format("{} in {}, which is no directory", path, name_of(cover.layer));
    }

    [[nodiscard]] std::string why_not() const {
        const Lookup& lookup = m_origin.lookup;
        const std::string path = shown(lookup.component + 1);
        switch (lookup.result) {
        case Lookup::Result::found:
            break;
        case Lookup::Result::deleted:
            return is_upper(lookup.layer)
                       ? fmt::format("{} was deleted by the server", path)
                       : fmt::format("{} is deleted by the layer {}", path, name_of(lookup.layer));
        case Lookup::Result::absent:
            return path + " does not exist";
        case Lookup::Result::not_a_directory:
            return fmt::format("{} is no directory in {}", path, name_of(lookup.layer));
        case Lookup::Result::symlink_on_the_way:
            return why_not_through_symlink(path);
        case Lookup::Result::not_permitted:
            return fmt::format("{} cannot be opened: in {} it was renamed or changed through an "
                               "overlay with other options",
                               path, name_of(lookup.layer));
        case Lookup::Result::unseen:
            return why_unseen(path);
        }
        return {};
    }

    [[nodiscard]] std::string why_not_through_symlink(const std::string& path) const {
        const Lookup& lookup = m_origin.lookup;
        const std::string& target =
            m_origin.layers[lookup.layer].trail.find(lookup.component)->target;
        const auto behind = path_behind(m_components, lookup.component, target, m_merged);
        return fmt::format("{} is a symlink to {} in {}: {}", path, one_line(target),
                           name_of(lookup.layer),
                           behind ? "ask for " + one_line(*behind)
                                  : std::string("ask for the path that it leads to"));
    }

    [[nodiscard]] std::string why_unseen(const std::string& path) const {
        const std::string& layer = m_origin.layers[m_origin.lookup.layer].path;
        const int error = m_origin.layers[m_origin.lookup.layer].trail.obstacle;
        if (error == EXDEV)
            return fmt::format("something is mounted on {}/{}, and the overlay shows what lies "
                               "below: unmount it",
                               one_line(layer), path);
        return fmt::format("{}/{} cannot be looked at: run it as root", one_line(layer), path);
    }

    const FileOrigin& m_origin;
    const std::vector<std::string>& m_components;
    std::string_view m_merged;
    const LayerStyle& m_style;
};

using nlohmann::ordered_json;

constexpr EnumWords<Cover::Kind> cover_words = {
    {Cover::Kind::whiteout, "deletion"},
    {Cover::Kind::opaque_directory, "opaque_directory"},
    {Cover::Kind::file, "not_a_directory"},
    {Cover::Kind::directory, "directory"},
};

class Json {
  public:
    Json(const FileOrigin& origin, const std::vector<std::string>& components,
         const KnownUsers& users)
        : m_origin(origin), m_components(components), m_users(users) {}

    [[nodiscard]] ordered_json object() const {
        const Lookup& lookup = m_origin.lookup;
        const auto provider = [this](std::size_t layer) { return file(layer); };
        const auto hidden = [this](const HiddenFile& one) {
            ordered_json entry = file(one.layer);
            entry["hidden_by"] = {{"kind", cover_words[one.by.kind]},
                                  {"layer", m_origin.layers[one.by.layer].path},
                                  {"path", join(m_components, one.by.component + 1)}};
            return entry;
        };
        ordered_json reason;
        if (lookup.result != Lookup::Result::found)
            reason = reason_json();
        return {{"name", m_origin.instance},
                {"path", join(m_components, m_components.size())},
                {"result", enum_name(lookup.result)},
                {"reason", reason},
                {"complete", m_origin.complete},
                {"providers", array_of(lookup.providers, provider)},
                {"hides", array_of(lookup.hidden, hidden)}};
    }

  private:
    [[nodiscard]] ordered_json reason_json() const {
        const Lookup& lookup = m_origin.lookup;
        ordered_json reason = {{"path", join(m_components, lookup.component + 1)},
                               {"layer", nullptr},
                               {"target", nullptr}};
        if (lookup.result == Lookup::Result::absent)
            return reason;
        reason["layer"] = m_origin.layers[lookup.layer].path;
        if (lookup.result == Lookup::Result::symlink_on_the_way)
            reason["target"] = m_origin.layers[lookup.layer].trail.find(lookup.component)->target;
        return reason;
    }

    [[nodiscard]] ordered_json file(std::size_t layer) const {
        const LookedInto& looked_into = m_origin.layers[layer];
        ordered_json object = {{"layer", looked_into.path}, {"upper", is_upper(layer)}};
        if (m_components.empty()) {
            object["path"] = looked_into.path;
            return object;
        }
        const LayerEntry& entry = looked_into.trail.entries.back();
        const UserIds on_disk{entry.uid, entry.gid};
        const UserIds seen = looked_into.idmapped ? m_users.seen(on_disk) : on_disk;
        object["path"] = looked_into.path + "/" + join(m_components, m_components.size());
        object["type"] = enum_name(entry.type);
        object["size"] = entry.size;
        object["mode"] = fmt::format("{:04o}", entry.mode);
        object["uid"] = seen.uid;
        object["gid"] = seen.gid;
        object["uid_on_disk"] = on_disk.uid;
        object["gid_on_disk"] = on_disk.gid;
        object["modified_at"] = entry.modified.seconds;
        object["changed_at"] = entry.changed.seconds;
        object["target"] = text_or_null(entry.target);
        return object;
    }

    const FileOrigin& m_origin;
    const std::vector<std::string>& m_components;
    const KnownUsers& m_users;
};

} // namespace

bool is_known(const FileOrigin& origin) {
    const Lookup& lookup = origin.lookup;
    return !lookup.hidden.empty() || (lookup.result != Lookup::Result::absent &&
                                      lookup.result != Lookup::Result::not_a_directory);
}

std::string describe(const FileOrigin& origin, const std::vector<std::string>& components,
                     std::string_view merged, const LayerStyle& style) {
    return Words(origin, components, merged, style).text();
}

std::string to_json(const std::vector<FileOrigin>& origins,
                    const std::vector<std::string>& components, const KnownUsers& users) {
    return layers_json("file", array_of(origins, [&](const FileOrigin& origin) {
                           return Json(origin, components, users).object();
                       }));
}

} // namespace left4me::ctl
