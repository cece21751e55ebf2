#include "generator/l4d2ctl/layers/layer_stack.hpp"

#include "generator/instance/instance_name.hpp"
#include "generator/text/diagnostic.hpp"
#include "generator/text/enum_words.hpp"
#include "generator/text/json_text.hpp"

#include <algorithm>
#include <fmt/format.h>

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
    std::size_t place = 0;
    std::size_t size = 0;
    std::size_t files = 0;
    std::size_t owner = 0;
    for (const Row& row : rows) {
        place = std::max(place, row.place.size());
        size = std::max(size, row.size.size());
        files = std::max(files, row.files.size());
        owner = std::max(owner, row.owner.size());
    }
    const std::string before_path(place + size + files + owner + 8, ' ');
    std::string text;
    for (const Row& row : rows) {
        text += fmt::format("{:<{}}  {:>{}}  {:>{}}  {:<{}}  {}\n", row.place, place, row.size,
                            size, row.files, files, row.owner, owner, row.path);
        if (!row.note.empty())
            text += before_path + row.note + "\n";
        if (!row.problem.empty())
            text += wrap(one_line(row.problem), problem_indent, style);
    }
    return text;
}

std::string headline(const LayerStack& stack, const TimeText& time_text) {
    const std::string gone = stack.retired ? ", and " + why_retired(stack.name).problem : "";
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

ordered_json layer_json(const StackLayer& layer, const KnownUsers& users) {
    ordered_json owner_name;
    ordered_json id_map;
    ordered_json size;
    if (layer.owner)
        owner_name = users.name_of(*layer.owner);
    if (layer.idmapped && users.sandbox.ids && users.runtime.ids)
        id_map = {{"swapped_uids", {users.sandbox.ids->uid, users.runtime.ids->uid}},
                  {"swapped_gids", {users.sandbox.ids->gid, users.runtime.ids->gid}}};
    if (layer.size)
        size = {{"bytes", layer.size->bytes},
                {"files", layer.size->files},
                {"complete", layer.size->complete}};
    return {{"path", layer.path},
            {"problem", text_or_null(layer.problem)},
            {"owner", value_or_null(layer.owner)},
            {"owner_name", owner_name},
            {"id_map", id_map},
            {"size", size}};
}

ordered_json stack_json(const LayerStack& stack, const KnownUsers& users) {
    const auto convert = [&](const StackLayer& layer) { return layer_json(layer, users); };
    ordered_json upper;
    ordered_json mounted_layers;
    if (stack.has_upper || !stack.upper.problem.empty())
        upper = layer_json(stack.upper, users);
    if (!stack.differences.empty())
        mounted_layers = array_of(stack.mounted_layers, convert);
    return {{"name", stack.name},
            {"directory", stack.directory},
            {"merged", enum_name(stack.merged)},
            {"mounted_at", value_or_null(stack.mounted_at)},
            {"retired", stack.retired},
            {"upper", upper},
            {"layers", array_of(stack.layers, convert)},
            {"mounted_layers", mounted_layers},
            {"differences", stack.differences},
            {"problems", stack.problems}};
}

} // namespace

std::string describe(const LayerStack& stack, const LayerStyle& style) {
    std::string text = wrap(headline(stack, style.time_text), "", style.text);
    std::vector<Row> rows = {{"", "SIZE", "FILES", "OWNER", "PATH", "", ""},
                             row_of("upper", stack.upper, style.users)};
    if (!stack.has_upper && stack.upper.problem.empty())
        rows.back().note = "nothing written yet";
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
    return layers_json("stack", array_of(stacks, [&](const LayerStack& stack) {
                           return stack_json(stack, users);
                       }));
}

} // namespace left4me::ctl
