#pragma once

#include "generator/overlay/instance_directories.hpp"

#include <string>

namespace left4me {

/// Checks that the kernel can empty work/work and make it anew. Otherwise it would mount the
/// overlay read-only, which it says nowhere except in its log (facts: "The kernel mounts an overlay
/// read-only").
///
/// \param directories  one that is not there is not looked at
/// \param path         of ROOT/runtime/NAME, for errors
/// \throw Refusal if work or something in work/work is immutable or append-only (chattr(1)), or if
///        there is no work/work and the file system is full
/// \throw SystemError (openat2, fstatvfs, readdir)
void check_work(const InstanceDirectories& directories, const std::string& path);

/// Checks that an overlay has not come out read-only for whatever other reason.
///
/// \param overlay  its root, opened
/// \param path     of ROOT/runtime/NAME, for errors
/// \throw Refusal if it has; SystemError (fstatvfs)
void require_writable_overlay(int overlay, const std::string& path);

} // namespace left4me
