#include "generator/l4d2ctl/layers/layer_file.hpp"
#include "generator/l4d2ctl/layers/layer_path.hpp"
#include "generator/text/enum_words.hpp"
#include "generator/text/json_text.hpp"

#include <fmt/format.h>

namespace left4me::ctl {

namespace {

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

std::string to_json(const std::vector<FileOrigin>& origins,
                    const std::vector<std::string>& components, const KnownUsers& users) {
    return layers_json("file", array_of(origins, [&](const FileOrigin& origin) {
                           return Json(origin, components, users).object();
                       }));
}

} // namespace left4me::ctl
