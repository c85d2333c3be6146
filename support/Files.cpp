#include "support/Files.h"
#include "support/Diagnostics.h"
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace nnc::support {
namespace {

FileError systemError(FileError::Kind kind) { return {kind, std::string("cannot be used: ") + std::strerror(errno)}; }

FileError tooLarge(uint64_t maxBytes) { return {FileError::Kind::TooLarge, "is larger than " + formatBytes(maxBytes)}; }

FileBytes readDescriptor(int descriptor, uint64_t maxBytes, uint64_t expected) {
  std::string bytes;
  bytes.reserve(expected < maxBytes ? expected + 1 : 0);
  char buffer[1 << 16];
  while (true) {
    ssize_t count = ::read(descriptor, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return systemError(FileError::Kind::Unreadable);
    if (count == 0)
      return bytes;
    if (bytes.size() + static_cast<uint64_t>(count) > maxBytes)
      return tooLarge(maxBytes);
    bytes.append(buffer, static_cast<size_t>(count));
  }
}

bool writeAll(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0)
      return false;
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

} // namespace

FileBytes readFile(const std::string &path, uint64_t maxBytes) {
  // A path with a NUL byte would name another file to the system.
  if (path.find('\0') != std::string::npos)
    return FileError{FileError::Kind::Missing, "does not exist"};
  // Without O_NONBLOCK opening a pipe that nobody writes would wait for ever.
  int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0)
    return errno == ENOENT || errno == ENOTDIR ? FileError{FileError::Kind::Missing, "does not exist"}
                                               : systemError(FileError::Kind::Unreadable);
  struct stat info{};
  FileBytes made;
  if (::fstat(descriptor, &info) != 0)
    made = systemError(FileError::Kind::Unreadable);
  else if (!S_ISREG(info.st_mode))
    made = FileError{FileError::Kind::NotRegular, S_ISDIR(info.st_mode) ? "is a folder" : "is not a regular file"};
  else if (static_cast<uint64_t>(info.st_size) > maxBytes)
    made = tooLarge(maxBytes);
  else
    made = readDescriptor(descriptor, maxBytes, static_cast<uint64_t>(info.st_size));
  ::close(descriptor);
  return made;
}

FileBytes readStandardInput(uint64_t maxBytes) { return readDescriptor(STDIN_FILENO, maxBytes, 0); }

/// Into a device or a pipe, which must not be replaced by a file.
static std::variant<std::monostate, FileError> writeInto(const std::string &path, std::string_view bytes) {
  int descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
  if (descriptor < 0)
    return systemError(FileError::Kind::Unwritable);
  bool done = writeAll(descriptor, bytes);
  int error = errno;
  bool closed = ::close(descriptor) == 0;
  if (done && closed)
    return std::monostate{};
  if (!done)
    errno = error;
  return systemError(FileError::Kind::Unwritable);
}

std::variant<std::monostate, FileError> writeFile(const std::string &path, std::string_view bytes, bool executable) {
  struct stat there{};
  if (::stat(path.c_str(), &there) == 0 && !S_ISREG(there.st_mode) && !S_ISDIR(there.st_mode))
    return writeInto(path, bytes);
  std::string temporary = path + ".XXXXXX";
  int descriptor = ::mkstemp(temporary.data());
  if (descriptor < 0)
    return systemError(FileError::Kind::Unwritable);
  // mkstemp gives 0600; a file made by open() would follow the mask of the process.
  mode_t mask = ::umask(0);
  ::umask(mask);
  bool done = ::fchmod(descriptor, (executable ? 0777 : 0666) & ~mask) == 0 && writeAll(descriptor, bytes) &&
              ::fsync(descriptor) == 0;
  int error = errno;
  bool closed = ::close(descriptor) == 0;
  if (done && closed && ::rename(temporary.c_str(), path.c_str()) == 0)
    return std::monostate{};
  if (!done)
    errno = error;
  FileError failed = systemError(FileError::Kind::Unwritable);
  ::unlink(temporary.c_str());
  return failed;
}

std::string formatBytes(uint64_t bytes) {
  const char *units[] = {"KiB", "MiB", "GiB", "TiB"};
  uint64_t unit = 1024;
  std::string made = formatNumber(static_cast<int64_t>(bytes)) + (bytes == 1 ? " byte" : " bytes");
  for (const char *name : units) {
    if (bytes >= unit && bytes % unit == 0)
      made = formatNumber(static_cast<int64_t>(bytes / unit)) + " " + name;
    unit *= 1024;
  }
  return made;
}

} // namespace nnc::support
