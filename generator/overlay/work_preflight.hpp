#pragma once

#include "generator/overlay/instance_directories.hpp"

#include <string>

namespace left4me {

/// Refuses what would make the kernel mount the overlay read-only, which it says nowhere but in its
/// log: it cannot make work/work anew, or not empty it, since something in it is immutable, or the
/// file system is full (facts: "The kernel mounts an overlay read-only").
///
/// \param directories  one that is not there is not looked at
/// \param path         of runtime/NAME, for errors
/// \throw Refusal, SystemError
void check_work(const InstanceDirectories& directories, const std::string& path);

/// Refuses an overlay that has come out read-only for whatever other reason.
///
/// \param overlay  its root, opened
/// \param path     of runtime/NAME, for errors
/// \throw Refusal, SystemError
void require_writable_overlay(int overlay, const std::string& path);

} // namespace left4me
