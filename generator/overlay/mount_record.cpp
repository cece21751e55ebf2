#include "generator/overlay/mount_record.hpp"

#include "generator/text/enum_words.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace left4me {

namespace {

/// Raised whenever a field changes its meaning: a record of another version is read as none.
constexpr int record_version = 2;

using nlohmann::json;

json user_to_json(const UserIds& user) {
    return {{"uid", user.uid}, {"gid", user.gid}};
}

UserIds user_from_json(const json& user) {
    return {user.at("uid").get<std::uint32_t>(), user.at("gid").get<std::uint32_t>()};
}

json identity_to_json(const std::optional<DirectoryIdentity>& directory) {
    if (!directory)
        return nullptr;
    return {{"device", directory->device}, {"inode", directory->inode}};
}

/// Versions before did not record them.
std::optional<DirectoryIdentity> identity_from_json(const json& root, const char* key) {
    const auto found = root.find(key);
    if (found == root.end() || found->is_null())
        return std::nullopt;
    return DirectoryIdentity{found->at("device").get<std::uint64_t>(),
                             found->at("inode").get<std::uint64_t>()};
}

constexpr int indent = 2;

/// As it stands in the text of a record.
std::string text_of(const char* key, const DirectoryIdentity& directory) {
    const std::string text = json{{key, identity_to_json(directory)}}.dump(indent);
    constexpr std::size_t brace_and_newline = 2;
    return text.substr(brace_and_newline, text.size() - 2 * brace_and_newline);
}

} // namespace

std::string to_json(const MountRecord& record) {
    json layers = json::array();
    for (const PlannedLayer& layer : record.plan.layers)
        layers.push_back({{"path", layer.path},
                          {"device", layer.device},
                          {"inode", layer.inode},
                          {"idmapped", layer.idmapped}});
    const json root = {{"version", record_version},
                       {"instance", record.plan.instance},
                       {"layers", layers},
                       {"directory", record.plan.directory},
                       {"upper", identity_to_json(record.plan.upper)},
                       {"work", identity_to_json(record.plan.work)},
                       {"runtime_user", user_to_json(record.plan.users.runtime)},
                       {"sandbox_user", user_to_json(record.plan.users.sandbox)},
                       {"way", enum_name(record.plan.way)},
                       {"configuration", record.configuration},
                       {"fingerprint", record.fingerprint},
                       {"mounted_at", record.mounted_at},
                       {"mount_id", record.mount_id},
                       {"file_system", record.file_system},
                       {"read_only", record.read_only}};
    return root.dump(indent, ' ', false, json::error_handler_t::replace) + "\n";
}

bool is_record_of(std::string_view text, std::uint64_t fingerprint) {
    return text.find(fmt::format("\"fingerprint\": {},", fingerprint)) != std::string_view::npos;
}

bool is_record_on(std::string_view text, const DirectoryIdentity& upper,
                  const DirectoryIdentity& work) {
    return text.find("\"upper\": {") == std::string_view::npos ||
           (text.find(text_of("upper", upper)) != std::string_view::npos &&
            text.find(text_of("work", work)) != std::string_view::npos);
}

bool is_record_with(std::string_view text, const std::string& layer,
                    const DirectoryIdentity& directory) {
    // The fields of an object stand in the order of their names, those of a layer at this depth.
    const std::string end =
        fmt::format("\"inode\": {},\n      \"path\": {}\n", directory.inode,
                    json(layer).dump(-1, ' ', false, json::error_handler_t::replace));
    const std::size_t found = text.find(end);
    if (found == std::string_view::npos)
        return false;
    const std::size_t begin = text.rfind('{', found);
    return begin != std::string_view::npos &&
           text.substr(begin, found - begin)
                   .find(fmt::format("\"device\": {},", directory.device)) !=
               std::string_view::npos;
}

std::optional<MountRecord> parse_record(std::string_view text) {
    try {
        const json root = json::parse(text);
        if (root.at("version").get<int>() != record_version)
            return std::nullopt;

        MountRecord record;
        root.at("instance").get_to(record.plan.instance);
        for (const json& layer : root.at("layers"))
            record.plan.layers.push_back(
                {layer.at("path").get<std::string>(), layer.at("device").get<std::uint64_t>(),
                 layer.at("inode").get<std::uint64_t>(), layer.at("idmapped").get<bool>()});
        root.at("directory").get_to(record.plan.directory);
        record.plan.upper = identity_from_json(root, "upper");
        record.plan.work = identity_from_json(root, "work");
        record.plan.users.runtime = user_from_json(root.at("runtime_user"));
        record.plan.users.sandbox = user_from_json(root.at("sandbox_user"));
        record.plan.way = root.at("way").get<std::string>() == enum_name(MountWay::staged)
                              ? MountWay::staged
                              : MountWay::descriptors;
        root.at("configuration").get_to(record.configuration);
        root.at("fingerprint").get_to(record.fingerprint);
        root.at("mounted_at").get_to(record.mounted_at);
        root.at("mount_id").get_to(record.mount_id);
        root.at("file_system").get_to(record.file_system);
        record.read_only = root.value("read_only", false);
        return record;
    } catch (const json::exception&) {
        return std::nullopt;
    }
}

} // namespace left4me
