// Files that are either there as a whole or not at all: written under a temporary name, synced, renamed.
#pragma once
#include "runtime/core/Error.h"
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace nnc::rt {

/// The calls of the system that a save makes; tests put failing ones in their place.
struct FileCalls {
  int (*open)(const char *path, int flags, mode_t mode);
  ssize_t (*write)(int descriptor, const void *bytes, size_t count);
  int (*fsync)(int descriptor);
  int (*close)(int descriptor);
  int (*rename)(const char *from, const char *to);
};
const FileCalls &systemCalls();

/// Writes `pieces`, one after the other, as `path`. When it fails, whatever stood at `path` is untouched.
Status writeAtomically(const std::string &path, const std::vector<std::string_view> &pieces,
                       const FileCalls &calls = systemCalls());

/// The folder of a path, "." if it names none.
std::string folderOf(const std::string &path);
/// Makes a folder and those above it.
Status makeFolder(const std::string &path);

} // namespace nnc::rt
