#include "data/File.h"
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace nnc::data {

static Error missing(const std::string &path, int error) {
  Error result;
  result.kind = Error::Kind::Missing;
  result.file = path;
  result.cause = std::string("cannot be read: ") + strerror(error);
  return result;
}

static Error tooLarge(const std::string &path, uint64_t cap) {
  Error result;
  result.file = path;
  result.cause = "is larger than " + std::to_string(cap) + " bytes, the most that is read";
  return result;
}

Result<std::string> readDescriptor(int descriptor, const std::string &name, uint64_t cap) {
  struct stat status;
  if (fstat(descriptor, &status) != 0)
    return missing(name, errno);
  if (S_ISDIR(status.st_mode))
    return missing(name, EISDIR);
  bool regular = S_ISREG(status.st_mode);
  if (regular && uint64_t(status.st_size) > cap)
    return tooLarge(name, cap);
  std::string bytes;
  // One byte more than the file has, so that its end is seen without growing once more.
  size_t chunk = regular ? size_t(status.st_size) + 1 : size_t(1) << 16;
  size_t used = 0;
  while (true) {
    bytes.resize(used + chunk);
    ssize_t got = read(descriptor, bytes.data() + used, chunk);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return missing(name, errno);
    if (got == 0)
      break;
    used += size_t(got);
    if (used > cap)
      return tooLarge(name, cap);
    chunk = std::max<size_t>(bytes.size() - used, regular ? 1 : std::min(used, size_t(1) << 24));
  }
  bytes.resize(used);
  return bytes;
}

Result<std::string> readFile(const std::string &path, uint64_t cap) {
  if (path.find('\0') != std::string::npos)
    return missing("(a path with a NUL byte)", ENOENT);
  int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (descriptor < 0)
    return missing(path, errno);
  Result<std::string> result = readDescriptor(descriptor, path, cap);
  close(descriptor);
  return result;
}

} // namespace nnc::data
