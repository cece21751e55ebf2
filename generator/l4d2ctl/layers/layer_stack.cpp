#include "generator/l4d2ctl/layers/layer_stack.hpp"

#include "generator/text/diagnostic.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace left4me::ctl {

namespace {

using nlohmann::ordered_json;

constexpr std::string_view problem_indent = "        ";

struct Row {
    std::string place;
    std::string size = "-";
    std::string files = "-";
    std::string owner = "-";
    std::string path;
    std::string note;
    std::string problem;
};

Row row_of(const std::string& place, const StackLayer& layer, const KnownUsers& users) {
    Row row;
    row.place = place;
    row.path = one_line(layer.path);
    row.problem = layer.problem;
    if (layer.size) {
        const char* const more = layer.size->complete ? "" : "+";
        row.size = human_size(layer.size->bytes) + more;
        row.files = std::to_string(layer.size->files) + more;
    }
    if (layer.owner)
        row.owner = users.name_of(*layer.owner);
    if (layer.idmapped && users.sandbox.ids && users.runtime.ids)
        row.note = fmt::format("ids of {} shown as {}'s", users.name_of(users.sandbox.ids->uid),
                               users.name_of(users.runtime.ids->uid));
    return row;
}

std::string table(const std::vector<Row>& rows, const TextStyle& style) {
    Row head{"", "SIZE", "FILES", "OWNER", "PATH", "", ""};
    std::size_t place = 0;
    std::size_t size = head.size.size();
    std::size_t files = head.files.size();
    std::size_t owner = head.owner.size();
    for (const Row& row : rows) {
        place = std::max(place, row.place.size());
        size = std::max(size, row.size.size());
        files = std::max(files, row.files.size());
        owner = std::max(owner, row.owner.size());
    }
    const auto line = [&](const Row& row) {
        return fmt::format("{:<{}}  {:>{}}  {:>{}}  {:<{}}  {}\n", row.place, place, row.size, size,
                           row.files, files, row.owner, owner, row.path);
    };
    const std::string before_path(place + size + files + owner + 8, ' ');
    std::string text = line(head);
    for (const Row& row : rows) {
        text += line(row);
        if (!row.note.empty())
            text += before_path + row.note + "\n";
        if (!row.problem.empty())
            text += wrap(one_line(row.problem), problem_indent, style);
    }
    return text;
}

std::string headline(const LayerStack& stack, const TimeText& time_text) {
    const std::string gone = stack.retired ? ", and its instance.env is gone" : "";
    switch (stack.merged) {
    case MergedState::unknown:
        break;
    case MergedState::not_mounted:
        return fmt::format("{}: not mounted", stack.name);
    case MergedState::mounted:
        return stack.mounted_at ? fmt::format("{}: mounted since {}{}", stack.name,
                                              time_text(*stack.mounted_at), gone)
                                : fmt::format("{}: mounted{}", stack.name, gone);
    case MergedState::foreign:
        return fmt::format("{}: something else is mounted on {}/merged", stack.name,
                           stack.directory);
    }
    return stack.name + ":";
}

const char* to_string(MergedState state) {
    switch (state) {
    case MergedState::unknown:
        break;
    case MergedState::not_mounted:
        return "not_mounted";
    case MergedState::mounted:
        return "mounted";
    case MergedState::foreign:
        return "foreign";
    }
    return "unknown";
}

ordered_json layer_json(const StackLayer& layer, const KnownUsers& users) {
    ordered_json object = {{"path", layer.path},    {"problem", nullptr}, {"owner", nullptr},
                           {"owner_name", nullptr}, {"id_map", nullptr},  {"size", nullptr}};
    if (!layer.problem.empty())
        object["problem"] = layer.problem;
    if (layer.owner) {
        object["owner"] = *layer.owner;
        object["owner_name"] = users.name_of(*layer.owner);
    }
    if (layer.idmapped && users.sandbox.ids && users.runtime.ids)
        object["id_map"] = {{"swapped_uids", {users.sandbox.ids->uid, users.runtime.ids->uid}},
                            {"swapped_gids", {users.sandbox.ids->gid, users.runtime.ids->gid}}};
    if (layer.size)
        object["size"] = {{"bytes", layer.size->bytes},
                          {"files", layer.size->files},
                          {"complete", layer.size->complete}};
    return object;
}

ordered_json layers_of(const std::vector<StackLayer>& layers, const KnownUsers& users) {
    ordered_json list = ordered_json::array();
    for (const StackLayer& layer : layers)
        list.push_back(layer_json(layer, users));
    return list;
}

} // namespace

std::string describe(const LayerStack& stack, const LayerStyle& style) {
    std::string text = wrap(headline(stack, style.time_text), "", style.text);
    std::vector<Row> rows = {row_of("upper", stack.upper, style.users)};
    if (!stack.has_upper && stack.upper.problem.empty())
        rows.front().note = "nothing written yet";
    for (std::size_t i = 0; i < stack.layers.size(); ++i)
        rows.push_back(row_of(std::to_string(i + 1), stack.layers[i], style.users));
    text += table(rows, style.text);
    for (const std::string& problem : stack.problems)
        text += wrap(one_line(problem), "", style.text);
    if (stack.differences.empty())
        return text;
    text +=
        wrap(fmt::format("mounted otherwise than it would be now; restart l4d2@{}:", stack.name),
             "", style.text);
    for (const std::string& difference : stack.differences)
        text += wrap(one_line(difference), "  ", style.text);
    return text;
}

std::string to_json(const std::vector<LayerStack>& stacks, const KnownUsers& users) {
    ordered_json instances = ordered_json::array();
    for (const LayerStack& stack : stacks) {
        ordered_json object = {
            {"name", stack.name},
            {"directory", stack.directory},
            {"merged", to_string(stack.merged)},
            {"mounted_at", nullptr},
            {"retired", stack.retired},
            {"upper", nullptr},
            {"layers", layers_of(stack.layers, users)},
            {"mounted_layers", nullptr},
            {"differences", stack.differences},
            {"problems", stack.problems},
        };
        if (stack.mounted_at)
            object["mounted_at"] = *stack.mounted_at;
        if (stack.has_upper || !stack.upper.problem.empty())
            object["upper"] = layer_json(stack.upper, users);
        if (!stack.differences.empty())
            object["mounted_layers"] = layers_of(stack.mounted_layers, users);
        instances.push_back(std::move(object));
    }
    return layers_json("stack", std::move(instances));
}

} // namespace left4me::ctl
