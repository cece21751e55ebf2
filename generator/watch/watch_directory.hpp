#pragma once

#include "generator/host/file_descriptor.hpp"

#include <string>
#include <string_view>

namespace left4me::watch {

/// /run/left4me-watch, which systemd makes and removes with the service: what the servers say, for
/// everybody, and requests to end one, for root. Whoever opens a file there sees it whole.
class WatchDirectory {
  public:
    /// Makes the directory of the requests, too.
    ///
    /// \throw SystemError
    WatchDirectory();

    /// Replaces NAME.json.
    ///
    /// \throw SystemError
    void write_server(const std::string& instance, std::string_view text) const;

    /// Removes NAME.json, if it is there.
    ///
    /// \throw SystemError
    void remove_server(const std::string& instance) const;

    /// Replaces left4me.prom.
    ///
    /// \throw SystemError
    void write_metrics(std::string_view text) const;

    /// Makes silent/NAME.
    ///
    /// \throw SystemError
    void request_end(const std::string& instance, std::string_view text) const;

  private:
    FileDescriptor m_directory;
    FileDescriptor m_requests;
};

} // namespace left4me::watch
