#include "runtime/checkpoint/AtomicFile.h"
#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace nnc::rt {

const FileCalls &systemCalls() {
  static const FileCalls calls = {[](const char *path, int flags, mode_t mode) { return ::open(path, flags, mode); },
                                  ::write, ::fsync, ::close, ::rename};
  return calls;
}

std::string folderOf(const std::string &path) {
  size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

Status makeFolder(const std::string &path) {
  struct stat status;
  if (stat(path.c_str(), &status) == 0)
    return S_ISDIR(status.st_mode) ? Status() : missing(path + ": is not a folder");
  std::string above = folderOf(path);
  if (above != path)
    if (Status failed = makeFolder(above))
      return failed;
  if (mkdir(path.c_str(), 0777) != 0 && errno != EEXIST)
    return missing(path + ": cannot be made: " + strerror(errno));
  return std::nullopt;
}

static Error failure(const std::string &path, const char *what, int error) {
  return missing(path + ": " + what + ": " + strerror(error));
}

/// All of `piece`; 0 or the error.
static int writeAll(int descriptor, std::string_view piece, const FileCalls &calls) {
  while (!piece.empty()) {
    ssize_t put = calls.write(descriptor, piece.data(), std::min<size_t>(piece.size(), size_t(1) << 30));
    if (put < 0 && errno == EINTR)
      continue;
    if (put < 0)
      return errno;
    if (put == 0)
      return EIO;
    piece.remove_prefix(size_t(put));
  }
  return 0;
}

/// Syncs the folder, so that the new name survives a power loss.
static int syncFolder(const std::string &folder, const FileCalls &calls) {
  int descriptor = calls.open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  if (descriptor < 0)
    return errno;
  int error = calls.fsync(descriptor) == 0 ? 0 : errno;
  if (error == EINVAL) // file systems whose folders cannot be synced
    error = 0;
  calls.close(descriptor);
  return error;
}

/// Into a device or pipe, which must not be replaced by a file.
static Status writeInto(const std::string &path, const std::vector<std::string_view> &pieces, const FileCalls &calls) {
  int descriptor = calls.open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY, 0);
  if (descriptor < 0)
    return failure(path, "cannot be written", errno);
  int error = 0;
  for (std::string_view piece : pieces)
    if (!error)
      error = writeAll(descriptor, piece, calls);
  if (calls.close(descriptor) != 0 && !error)
    error = errno;
  return error ? Status(failure(path, "cannot be written", error)) : std::nullopt;
}

Status writeAtomically(const std::string &path, const std::vector<std::string_view> &pieces, const FileCalls &calls) {
  struct stat there;
  if (stat(path.c_str(), &there) == 0 && !S_ISREG(there.st_mode) && !S_ISDIR(there.st_mode))
    return writeInto(path, pieces, calls);
  static std::atomic<unsigned> counter{0};
  std::string temporary = path + ".tmp." + std::to_string(getpid()) + "." + std::to_string(counter.fetch_add(1));
  int descriptor = calls.open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (descriptor < 0)
    return failure(path, "cannot be written", errno);
  int error = 0;
  for (std::string_view piece : pieces)
    if (!error)
      error = writeAll(descriptor, piece, calls);
  // A failed fsync means that the save failed: the pages may be marked clean, so it is not tried again.
  if (!error && calls.fsync(descriptor) != 0)
    error = errno;
  if (calls.close(descriptor) != 0 && !error)
    error = errno;
  if (!error && calls.rename(temporary.c_str(), path.c_str()) != 0)
    error = errno;
  if (error) {
    unlink(temporary.c_str());
    return failure(path, "cannot be written", error);
  }
  if (int failed = syncFolder(folderOf(path), calls))
    return failure(path, "was written, but its folder cannot be synced", failed);
  return std::nullopt;
}

} // namespace nnc::rt
