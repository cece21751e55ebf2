#include "generator/await/changed_servers.hpp"

#include "generator/instance/instance_name.hpp"

#include <nlohmann/json.hpp>

namespace left4me::await {

std::optional<std::vector<std::string>> servers_to_restart(std::string_view list) {
    using nlohmann::json;
    try {
        std::vector<std::string> names;
        const json root = json::parse(list);
        for (const json& server : root.at("instances"))
            if (const std::string name = server.at("name").get<std::string>();
                !server.at("needs_restart").empty() && is_instance_name(name))
                names.push_back(name);
        return names;
    } catch (const json::exception&) {
        return std::nullopt;
    }
}

} // namespace left4me::await
