// The helpers that printed kernels call: each in the form that the target's instructions allow, and only those used.
#pragma once

#include "compiler/Target/TargetInfo.h"
#include "llvm/ADT/StringRef.h"
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace nnc::cpp {

class Prelude {
public:
  /// `plant`: a bug that the text gets on purpose, "" for none.
  explicit Prelude(const TargetInfo &target, llvm::StringRef plant = "") : target(target), plant(plant) {}
  bool isPlanted(llvm::StringRef bug) const { return bug == plant; }

  /// The name of a helper for a type (`f32x16`, `float`, `i64`), which the file needs from now on: `load16`, `fma`.
  std::string use(llvm::StringRef helper, llvm::StringRef type);
  /// A function of the C library under a name by which no compiler knows it.
  std::string useLibrary(llvm::StringRef function, unsigned operands);

  /// What stands before every include: what the file needs of the compiler, and that it rounds as written.
  std::string head() const;
  std::string includes(llvm::StringRef body) const;
  /// Macros, types and helpers that `body` uses.
  std::string print(llvm::StringRef body) const;

  /// The march flag for users, `-march=x86-64-v4`.
  std::string flags() const;

  static std::vector<llvm::StringRef> reservedNames();
  static bool isTypeName(llvm::StringRef name);

private:
  const TargetInfo &target;
  std::string plant;
  std::set<std::pair<std::string, std::string>> used; // helper, type
  std::set<std::pair<std::string, unsigned>> library;
};

} // namespace nnc::cpp
