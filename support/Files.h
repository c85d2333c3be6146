// Reading and writing whole files, with errors as values: only regular files, never more bytes than a cap.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace nnc::support {

struct FileError {
  enum class Kind { Missing, NotRegular, TooLarge, Unreadable, Unwritable };
  Kind kind = Kind::Unreadable;
  std::string text; // "is larger than 16 MiB"; reads on from the file's name
};

/// The bytes of a file, or why there are none.
using FileBytes = std::variant<std::string, FileError>;

/// Reads a regular file of at most `maxBytes`. A file that grows while it is read is cut off by the cap as well.
FileBytes readFile(const std::string &path, uint64_t maxBytes);

/// Reads standard input up to its end.
FileBytes readStandardInput(uint64_t maxBytes);

/// Writes to a temporary name beside `path`, syncs, renames: a reader sees the old file or the new one.
/// Nothing on success.
std::variant<std::monostate, FileError> writeFile(const std::string &path, std::string_view bytes,
                                                  bool executable = false);

/// 16777216 -> "16 MiB", 1000 -> "1,000 bytes".
std::string formatBytes(uint64_t bytes);

} // namespace nnc::support
