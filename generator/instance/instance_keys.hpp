#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace left4me {

/// A key that an instance.env may have. A new one is a row of `instance_keys` below, a member of
/// Instance and the function in instance.cpp that reads it, what units/instance_units writes for
/// it, what units/generated_settings says of that, and a section of left4me-instance.env(5).
struct InstanceKey {
    std::string_view name;
    /// A value that somebody could write, and that read_instance() takes without a diagnostic.
    std::string_view example;
    /// Whether it has to be there, and not to be empty.
    bool required = false;
    /// What it means if a usable file has this key and no setting comes from it. Empty for a
    /// required key, which always becomes a setting.
    std::string_view became_nothing = {};
    /// What reads it again besides the generator, and when; empty if nothing does.
    std::string_view read_again = {};
};

namespace instance_key {

inline constexpr InstanceKey layers = {
    .name = "L4D2_LOWERDIRS",
    .example = "overlays/NAME:installation",
    .required = true,
    .read_again = "read again by left4me-overlay at each start: the layers to mount"};
inline constexpr InstanceKey port = {.name = "L4D2_PORT", .example = "27015", .required = true};
inline constexpr InstanceKey address = {.name = "L4D2_IP",
                                        .example = "192.0.2.10",
                                        .became_nothing = "the server listens on all addresses"};
inline constexpr InstanceKey arguments = {
    .name = "L4D2_ARGS", .example = "+map c1m1_hotel", .became_nothing = "no arguments are added"};
inline constexpr InstanceKey autostart = {.name = "L4D2_AUTOSTART",
                                          .example = "yes",
                                          .became_nothing = "the server is not started at boot"};
inline constexpr InstanceKey health = {
    .name = "L4D2_HEALTH",
    .example = "restart",
    .became_nothing = "the server is watched, and left alone when it goes silent",
    .read_again = "read again by left4me-end-silent before it ends a silent server"};

} // namespace instance_key

/// Every key that there is.
inline constexpr std::array instance_keys = {instance_key::layers,    instance_key::port,
                                             instance_key::address,   instance_key::arguments,
                                             instance_key::autostart, instance_key::health};

/// Returns the key of that name; nullptr if there is none.
[[nodiscard]] constexpr const InstanceKey* find_instance_key(std::string_view name) {
    const auto* const found = std::ranges::find(instance_keys, name, &InstanceKey::name);
    return found == instance_keys.end() ? nullptr : found;
}

} // namespace left4me
