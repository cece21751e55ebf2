#pragma once

#include "generator/host/file_descriptor.hpp"
#include "helper/silent/end_request.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace left4me {

/// A request that was taken, and is there no more.
struct TakenRequest {
    /// Of the file, which should be that of an instance.
    std::string name;
    /// Nothing if it is not one that left4me-watch writes.
    std::optional<EndRequest> request;
    /// What is wrong with it then.
    std::string problem;
    /// Whether it is still there.
    bool is_left = false;
};

/// The directory where left4me-watch leaves its requests. The directory and whatever is in it are
/// that user's: nothing is followed, waited for or read at length.
class RequestDirectory {
  public:
    /// Opens the directory.
    ///
    /// \throw Refusal (policy) if there is no such user, or it is somebody else's; SystemError if
    ///        it cannot be opened, except that one that does not exist has no requests
    RequestDirectory();

    /// Takes every request that is there, at most a thousand: reads it if it may be read, and
    /// removes it, whatever it is, or at least gives it a name that begins with a dot. Names that
    /// do are not requests yet.
    ///
    /// \throw SystemError if the directory cannot be read
    [[nodiscard]] std::vector<TakenRequest> take_all() const;

  private:
    [[nodiscard]] TakenRequest read(const std::string& name) const;
    /// \return whether it is gone
    [[nodiscard]] bool remove(const std::string& name) const;

    std::uint32_t m_owner;
    FileDescriptor m_directory;
};

} // namespace left4me
