// What the machine that runs the program offers: plain data, asked by the passes and the emitters.
#pragma once
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nnc {

struct TargetInfo {
  std::string triple;                // of the object file
  std::vector<std::string> features; // LLVM's names, sorted; only those that generated code may use
  unsigned lanes = 4;                // f32 in a vector register: 16, 8 or 4
  unsigned registers = 16;           // vector registers
  bool fma = false;                  // one rounding in hardware
  bool fast512 = false;              // a 512-bit FMA does twice the work of a 256-bit one per cycle
  int64_t l1Bytes = 32 << 10;        // data, of one core
  int64_t l2Bytes = 512 << 10;
  int64_t l3Bytes = 8 << 20;

  bool has(llvm::StringRef feature) const;
  /// "+avx,+avx2": for LLVM's target machine.
  std::string llvmFeatures() const;
  /// "avx,avx2": what the binary compares with the CPU that starts it.
  std::string startCheck() const;
};

/// The machine that runs the compiler, by its features and cpuid, never by its name.
TargetInfo targetOfHost();

/// `native`, `x86-64`, `x86-64-v2`, `x86-64-v3`, `x86-64-v4`, or a list `+avx2,+fma` on top of x86-64.
/// A named target has fixed cache sizes, so that the same source gives the same object on every machine.
/// On failure returns nothing and sets `error` to a sentence.
std::optional<TargetInfo> parseTarget(llvm::StringRef spec, std::string &error);

} // namespace nnc
