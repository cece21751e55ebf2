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
    /// Why left4me-overlay would not take it, in its words, or that another directory than the
    /// mounted one is there now; empty if neither is so.
    std::string problem;
    /// The uid of the directory itself, on the disk; nullopt if it could not be opened.
    std::optional<std::uint32_t> owner;
    /// Whether the sandbox's ids and the servers' are swapped in front of it.
    bool idmapped = false;
    /// Nullopt if it was not or could not be measured.
    std::optional<UpperSize> size;
};

/// What is on merged.
enum class MergedState {
    /// It could not be looked at, or the tree is not this host.
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
    /// Seconds since the epoch; nullopt without a record of what is mounted.
    std::optional<std::int64_t> mounted_at;
    StackLayer upper;
    /// Whether upper exists and could be opened.
    bool has_upper = false;
    /// Topmost first: those of instance.env, or if that is gone, those that are mounted.
    std::vector<StackLayer> layers;
    /// The mounted ones, topmost first; empty without `differences`.
    std::vector<StackLayer> mounted_layers;
    /// How the mounted overlay is not the one that would be mounted now, one line each.
    std::vector<std::string> differences;
    /// What keeps the instance from being mounted, except problems of its layers, one line each.
    std::vector<std::string> problems;
    /// Whether the instance.env is gone.
    bool retired = false;
};

/// For people: a headline and a table.
[[nodiscard]] std::string describe(const LayerStack& stack, const LayerStyle& style);

/// For programs: packaging/schema/l4d2ctl-layers.schema.json.
[[nodiscard]] std::string to_json(const std::vector<LayerStack>& stacks, const KnownUsers& users);

} // namespace left4me::ctl
