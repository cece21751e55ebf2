#pragma once

#include "generator/watch/silence.hpp"
#include "generator/watch/watched_server.hpp"

#include <map>
#include <string>

namespace left4me::watch {

/// Returns the content of NAME.json (packaging/schema/left4me-watch.schema.json), with a newline at
/// its end. It is ASCII, whatever a server calls its map.
[[nodiscard]] std::string server_json(const WatchedServer& server, Duration now);

/// Returns the content of left4me.prom, in Prometheus' text format 0.0.4. What a server has not
/// said yet is left out.
[[nodiscard]] std::string metrics_text(const std::map<std::string, WatchedServer>& servers,
                                       Duration now);

/// Returns the STATUS= of the service (sd_notify(3)): one line.
[[nodiscard]] std::string status_text(const std::map<std::string, WatchedServer>& servers,
                                      Duration now);

/// Returns the content of silent/NAME, which has a server ended.
[[nodiscard]] std::string end_request(const WatchedServer& server, Duration now);

/// Returns what the journal says of servers that are spared, in one line; there are some.
[[nodiscard]] std::string describe_spared(const Judgement& judgement);

} // namespace left4me::watch
