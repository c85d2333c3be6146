#include "runtime/checkpoint/RunFolder.h"
#include <climits>
#include <cstdio>
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

void RunFolder::sweep() const {
  DIR *folder = opendir(path.c_str());
  if (!folder)
    return;
  while (dirent *entry = readdir(folder))
    for (const char *name : saved)
      if (std::string_view(entry->d_name).starts_with(std::string(name) + ".tmp."))
        unlink(file(entry->d_name).c_str());
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
