#include "runtime/checkpoint/RunFolder.h"
#include <climits>
#include <cstdio>
#include <unistd.h>

namespace nnc::rt {

void RunFolder::keepPrevious() const {
  for (const char *name : {"best.safetensors", "last.safetensors", "last.state"})
    rename(file(name).c_str(), file((std::string("previous.") + name).c_str()).c_str());
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
