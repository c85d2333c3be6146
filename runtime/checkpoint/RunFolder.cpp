#include "runtime/checkpoint/RunFolder.h"
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <dirent.h>
#include <string_view>
#include <unistd.h>

namespace nnc::rt {

static const char *const saved[] = {"best.safetensors", "last.safetensors", "last.state"};

void RunFolder::keepPrevious() const {
  for (const char *name : saved) {
    std::string from = file(name), to = file((std::string("previous.") + name).c_str());
    if (access(from.c_str(), F_OK) != 0)
      continue;
    // A second name, not a new one: the old weights stand until a save replaces them, so there is no moment without.
    unlink(to.c_str());
    if (link(from.c_str(), to.c_str()) != 0)
      rename(from.c_str(), to.c_str()); // file systems without links
  }
}

void RunFolder::dropBest() const { unlink(best().c_str()); }

/// Whether the rest of a temporary name, `PID.N`, is that of a program that runs, another training perhaps.
static bool isInUse(const char *rest) {
  pid_t pid = pid_t(strtol(rest, nullptr, 10));
  return pid > 0 && pid != getpid() && (kill(pid, 0) == 0 || errno == EPERM);
}

void RunFolder::sweep() const {
  DIR *folder = opendir(path.c_str());
  if (!folder)
    return;
  while (dirent *entry = readdir(folder))
    for (const char *name : saved) {
      std::string begin = std::string(name) + ".tmp.";
      if (std::string_view(entry->d_name).starts_with(begin) && !isInUse(entry->d_name + begin.size()))
        unlink(file(entry->d_name).c_str());
    }
  closedir(folder);
}

void RunFolder::keepPreviousLog() const { rename(log().c_str(), file("previous.log.jsonl").c_str()); }

std::string RunFolder::weights() const {
  for (const std::string &candidate : {best(), last()})
    if (access(candidate.c_str(), F_OK) == 0)
      return candidate;
  return "";
}

std::string programPath() {
  char buffer[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", buffer, sizeof buffer);
  return length > 0 && size_t(length) < sizeof buffer ? std::string(buffer, size_t(length)) : std::string("./program");
}

std::string defaultRunFolder() { return programPath() + ".run"; }

} // namespace nnc::rt
