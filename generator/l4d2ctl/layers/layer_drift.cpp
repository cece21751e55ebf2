#include "generator/l4d2ctl/layers/layer_drift.hpp"

#include "generator/text/diagnostic.hpp"
#include "generator/text/enum_words.hpp"
#include "generator/text/json_text.hpp"

#include <fmt/format.h>

namespace left4me::ctl {

namespace {

using nlohmann::ordered_json;

bool is_directory(const DriftItem& item) {
    return item.kind == DriftItem::Kind::directory ||
           item.kind == DriftItem::Kind::directory_deletion;
}

std::string remedy(const DriftReport& report, const DriftItem& item) {
    return fmt::format("stop l4d2@{} and remove {}/{} to get the layer's {}", report.instance,
                       report.upper, item.path, is_directory(item) ? "directory" : "file");
}

std::string own_in_words(const DriftItem& item, const TimeText& time_text) {
    const std::string since = time_text(item.own.time.seconds);
    const char* const how =
        item.own.birth ? "" : ", by its last change, since its file system notes no birth";
    if (item.kind == DriftItem::Kind::file || item.kind == DriftItem::Kind::directory)
        return fmt::format("the server's own since {}{}", since, how);
    if (item.own_until && item.own_until->seconds > item.own.time.seconds)
        return fmt::format("deleted by the server between {} and {}{}", since,
                           time_text(item.own_until->seconds), how);
    return fmt::format("deleted by the server at {}{}", since, how);
}

std::string change_in_words(const DriftItem& item, const TimeText& time_text) {
    const std::string when = time_text(item.changed.seconds);
    const std::string layer = one_line(item.layer);
    if (is_directory(item))
        return item.files == 1
                   ? fmt::format("below it in {} since {}: {}", layer, when, one_line(item.newest))
                   : fmt::format("below it {} files have come or changed since, the last in {} at "
                                 "{}: {}",
                                 item.files, layer, when, one_line(item.newest));
    return fmt::format("in {} since {}{}", layer, when,
                       item.compared ? "" : " (not compared: they may be the same)");
}

ordered_json item_json(const DriftReport& report, const DriftItem& item) {
    return {{"kind", enum_name(item.kind)},
            {"path", item.path},
            {"upper_path", report.upper + "/" + item.path},
            {"layer", item.layer},
            {"own_since", item.own.time.seconds},
            {"own_since_is", item.own.birth ? "birth" : "modification"},
            {"own_until", item.own_until ? ordered_json(item.own_until->seconds) : ordered_json()},
            {"changed_at", item.changed.seconds},
            {"compared", item.compared},
            {"files", item.files},
            {"newest", text_or_null(item.newest)},
            {"remedy", remedy(report, item)}};
}

} // namespace

OwnSince own_since(const LayerEntry& in_upper) {
    return in_upper.born ? OwnSince{*in_upper.born, true} : OwnSince{in_upper.modified, false};
}

bool is_newer(const LayerEntry& in_layer, const OwnSince& own) {
    return in_layer.changed > own.time;
}

std::string describe(const DriftReport& report, const LayerStyle& style) {
    constexpr std::string_view indent = "    ";
    if (report.items.empty())
        return fmt::format("{}: {}\n", report.instance,
                           report.complete
                               ? "nothing of its own hides what has changed in a layer since"
                               : "nothing found in what could be looked at");
    std::string text = fmt::format("{}:\n", report.instance);
    for (const DriftItem& item : report.items) {
        text += one_line(item.path) + "\n";
        text += wrap(own_in_words(item, style.time_text), indent, style.text);
        text += wrap(change_in_words(item, style.time_text), indent, style.text);
        text += wrap(one_line(remedy(report, item)), indent, style.text);
    }
    return text;
}

std::string to_json(const std::vector<DriftReport>& reports) {
    return layers_json("drift", array_of(reports, [](const DriftReport& report) -> ordered_json {
                           return {{"name", report.instance},
                                   {"upper", report.upper},
                                   {"complete", report.complete},
                                   {"drift", array_of(report.items, [&](const DriftItem& item) {
                                        return item_json(report, item);
                                    })}};
                       }));
}

} // namespace left4me::ctl
