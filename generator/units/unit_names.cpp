#include "generator/units/unit_names.hpp"

#include "generator/instance/instance_name.hpp"

#include <fmt/format.h>

namespace left4me {

namespace {

constexpr std::string_view service_prefix = "l4d2@";
constexpr std::string_view layers_prefix = "l4d2-layers@";
constexpr std::string_view layers_ending = ".target";

std::optional<std::string> name_between(std::string_view unit, std::string_view prefix,
                                        std::string_view ending) {
    if (unit.size() < prefix.size() + ending.size() || !unit.starts_with(prefix) ||
        !unit.ends_with(ending))
        return std::nullopt;
    unit.remove_prefix(prefix.size());
    unit.remove_suffix(ending.size());
    return is_name_of_any_version(unit) ? std::optional<std::string>(unit) : std::nullopt;
}

} // namespace

std::string service_name(std::string_view instance) {
    return fmt::format("{}{}.service", service_prefix, instance);
}

std::string systemctl_name(std::string_view instance) {
    return unit_ending_of(instance).empty() ? fmt::format("{}{}", service_prefix, instance)
                                            : service_name(instance);
}

std::string layers_target_name(std::string_view instance) {
    return fmt::format("{}{}{}", layers_prefix, instance, layers_ending);
}

std::optional<std::string> instance_of_service(std::string_view unit, std::string_view ending) {
    return name_between(unit, service_prefix, ending);
}

std::optional<std::string> instance_of_layers_target(std::string_view unit) {
    return name_between(unit, layers_prefix, layers_ending);
}

} // namespace left4me
