#pragma once

#include <cstddef>
#include <future>
#include <span>

namespace left4me::ctl {

/// Calls `action` for all elements, for those of two halves at a time: what is done to each of a
/// thousand servers waits for the kernel.
template <typename Element, typename Action>
void for_each_in_halves(std::span<Element> elements, const Action& action) {
    const auto run = [&action](std::span<Element> some) {
        for (Element& element : some)
            action(element);
    };
    const std::size_t half = elements.size() / 2;
    std::future<void> second = std::async(std::launch::async, run, elements.subspan(half));
    run(elements.first(half));
    second.get();
}

} // namespace left4me::ctl
