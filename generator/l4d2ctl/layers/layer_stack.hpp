#pragma once

#include "generator/l4d2ctl/layers/layer_words.hpp"
#include "generator/overlay/instance_status.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace left4me::ctl {

/// A directory of an instance's stack.
struct StackLayer {
    std::string path;
    /// Why left4me-overlay would not take it, in its words; empty when it would.
    std::string problem;
    /// Of the top directory, on the disk; nothing when it could not be opened.
    std::optional<std::uint32_t> owner;
    /// Whether the sandbox's ids and the servers' are swapped in front of it.
    bool idmapped = false;
    /// Nothing when it was not or could not be measured.
    std::optional<UpperSize> size;
};

/// What is on merged.
enum class MergedState {
    /// Nobody looked: it is no live host.
    unknown,
    not_mounted,
    mounted,
    /// Not this instance's overlay.
    foreign,
};

/// What an instance's tree is made of.
struct LayerStack {
    std::string name;
    /// ROOT/runtime/NAME.
    std::string directory;
    MergedState merged = MergedState::unknown;
    /// Nothing without a record of what is mounted.
    std::optional<std::int64_t> mounted_at;
    StackLayer upper;
    /// Whether there is an upper.
    bool has_upper = false;
    /// Topmost first: as instance.env has them, and of an instance whose instance.env is gone those
    /// mounted.
    std::vector<StackLayer> layers;
    /// Those mounted, when they are others.
    std::vector<StackLayer> mounted_layers;
    /// In which way they are others, one line each.
    std::vector<std::string> differences;
    /// What keeps all of it from being mounted, one line each.
    std::vector<std::string> problems;
    bool retired = false;
};

/// For people.
[[nodiscard]] std::string describe(const LayerStack& stack, const LayerStyle& style);

/// For programs: packaging/schema/l4d2ctl-layers.schema.json.
[[nodiscard]] std::string to_json(const std::vector<LayerStack>& stacks, const KnownUsers& users);

} // namespace left4me::ctl
