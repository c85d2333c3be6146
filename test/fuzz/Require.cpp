#include "test/fuzz/Targets.h"
#include <cstdio>
#include <cstdlib>

void nnc::fuzz::require(bool holds, const char *what) {
  if (holds)
    return;
  std::fprintf(stderr, "fuzz: this does not hold: %s\n", what);
  std::abort();
}
