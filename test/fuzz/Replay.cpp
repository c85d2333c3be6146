// Runs a target over files, without a fuzzer: fuzz-replay TARGET [--every-byte] FILE|FOLDER...
// With --every-byte each file is also cut off at every offset, and each bit of its first four kilobytes is flipped.
// The name of each file is printed before its run, so the last line of a run that died is the culprit.
#include "test/fuzz/Targets.h"
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace fs = std::filesystem;
using namespace nnc::fuzz;

namespace {

// The bar is 5 s; a busy machine with a sanitizer gets more.
constexpr double maxSeconds = 20;

class Replay {
public:
  explicit Replay(const Target &target) : target(target) {}

  void runFile(const fs::path &path, bool everyByte) {
    std::printf("%s\n", path.c_str());
    std::fflush(stdout);
    std::ifstream in(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    require(!in.bad(), "the file can be read");
    run(bytes);
    if (!everyByte)
      return;
    for (size_t length = 0; length < bytes.size(); ++length)
      run(bytes.substr(0, length));
    for (size_t bit = 0; bit < std::min<size_t>(bytes.size(), 4096) * 8; ++bit) {
      std::string flipped = bytes;
      flipped[bit / 8] = char(flipped[bit / 8] ^ (1 << bit % 8));
      run(flipped);
    }
  }

  size_t runs = 0;
  double slowest = 0;

private:
  void run(const std::string &bytes) {
    auto begin = std::chrono::steady_clock::now();
    target.run(bytes);
    double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    slowest = std::max(slowest, seconds);
    require(seconds < maxSeconds, "an input takes less than 20 s");
    ++runs;
  }

  const Target &target;
};

} // namespace

int main(int argc, char **argv) {
  const Target *target = nullptr;
  for (const Target &one : targets)
    if (argc > 1 && std::strcmp(argv[1], one.name) == 0)
      target = &one;
  bool everyByte = argc > 2 && std::strcmp(argv[2], "--every-byte") == 0;
  int first = everyByte ? 3 : 2;
  if (!target || first >= argc) {
    std::fprintf(stderr, "usage: fuzz-replay TARGET [--every-byte] FILE|FOLDER...\n");
    return 2;
  }
  Replay replay(*target);
  for (int i = first; i < argc; ++i) {
    std::vector<fs::path> paths{argv[i]};
    if (fs::is_directory(argv[i])) {
      paths.assign(fs::directory_iterator(argv[i]), {});
      std::erase_if(paths, [](const fs::path &path) { return !fs::is_regular_file(path); });
      std::sort(paths.begin(), paths.end());
    }
    for (const fs::path &path : paths)
      replay.runFile(path, everyByte);
  }
  std::printf("%s: %zu inputs, the slowest took %.3f s\n", target->name, replay.runs, replay.slowest);
  return replay.runs > 0 ? 0 : 1;
}
