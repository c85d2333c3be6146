// Reading a file into memory, never more than a cap, never by mapping (a file that shrinks would kill the reader).
#pragma once
#include "data/Error.h"

namespace nnc::data {

/// The default cap: no text table in memory may be larger.
inline constexpr uint64_t fileCap = uint64_t(8) << 30;

/// The bytes of a regular file or pipe. Memory grows with the bytes really read, not with what the file claims.
Result<std::string> readFile(const std::string &path, uint64_t cap = fileCap);

/// The same from an open descriptor; `name` stands in errors.
Result<std::string> readDescriptor(int descriptor, const std::string &name, uint64_t cap = fileCap);

} // namespace nnc::data
