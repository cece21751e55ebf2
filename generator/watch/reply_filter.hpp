#pragma once

#include "generator/watch/endpoint.hpp"

#include <linux/filter.h>
#include <span>
#include <vector>

namespace left4me::watch {

/// Returns a program for the kernel (SO_ATTACH_FILTER of socket(7)) that lets packets through to a
/// UDP socket only if they came by the loopback device, as all do that a host sends to itself, from
/// one of `endpoints`, begin as a reply does and are no longer than one. What it drops costs the
/// sender's time and takes no place in the socket's queue, so that nobody can fill that.
///
/// \param endpoints  in order and each once; of more than the kernel takes in a program (some 2000)
///                   none is compared
/// \param loopback   the number of the loopback device (if_nametoindex(3))
[[nodiscard]] std::vector<sock_filter> reply_filter(std::span<const Endpoint> endpoints,
                                                    unsigned loopback);

/// Returns one that compares no endpoint, for a kernel that has no memory for the other.
///
/// \param loopback  as there
[[nodiscard]] std::vector<sock_filter> shape_filter(unsigned loopback);

} // namespace left4me::watch
