// Random programs through the C++ back end: the same bits as LLVM's code gave. A start of a compiler costs a third of a
// second, so programs wait until several share a file.
#pragma once

#include "codegen/Target/Cxx/CxxCompiler.h"
#include "tools/nnc-random/Check.h"
#include "tools/nnc-random/Machine.h"

namespace nnc::random {

/// A program printed as C++, and what runs of it must give.
struct CppProgram {
  struct Run {
    std::string entry, which; // `which` for messages
    Call call;
    Values wanted;
  };
  uint64_t seed = 0;
  std::string space, text; // the descriptor is SPACE_model
  std::vector<Run> runs;
};

/// One compiler at one level.
struct CppForm {
  CxxCompiler compiler;
  unsigned optLevel = 2;
  std::vector<std::string> flags{};
  std::string name() const { return compiler.name + " -O" + std::to_string(optLevel); }
};

struct CppFailure {
  size_t program = 0; // index
  Verdict verdict;
};

/// Compiles all programs as one file in each form and runs them; the first disagreement.
std::optional<CppFailure> judgeCpp(const std::vector<CppProgram> &programs, const std::vector<CppForm> &forms,
                                   const TargetInfo &target);

} // namespace nnc::random
