// C++ text to objects and libraries by the machine's own compiler, which is started with a list of arguments and never
// by a shell.
#pragma once

#include "compiler/Target/TargetInfo.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace nnc {

/// A signal ended the compiler, because it was to end nnc: exit code 130.
class Interrupted : public llvm::ErrorInfo<Interrupted> {
public:
  static char ID;
  void log(llvm::raw_ostream &out) const override { out << "interrupted"; }
  std::error_code convertToErrorCode() const override { return std::make_error_code(std::errc::interrupted); }
};

/// A compiler that was found, and what it says of itself.
struct CxxCompiler {
  std::string path;    // as it is started
  std::string name;    // "g++ 12", "clang++ 22", for messages
  std::string version; // in its own words, for the cache
};

/// The compiler of this path, or of this name in PATH. "": the first one new enough of g++, clang++ and these with a
/// version in their name. Fails with MissingFile, which says what to do, if there is none, or one that is too old or
/// no C++ compiler for this machine.
llvm::Expected<CxxCompiler> findCxxCompiler(llvm::StringRef wanted);

enum class CxxOutput { object, assembly, sharedLibrary };

struct CxxOptions {
  TargetInfo target;
  unsigned optLevel = 2;
  CxxOutput output = CxxOutput::object;
  std::vector<std::string> flags{}; // more flags, for tests
  std::string symbol{};             // what an object must define; "": anything
  int seconds = 30 * 60;            // who takes longer is ended: a hanging compiler holds nobody for ever
};

/// -march of the highest level that the target has in full, then one -m for each further feature.
std::vector<std::string> cxxTargetFlags(const TargetInfo &target);

/// The command line, the program's path first.
std::vector<std::string> cxxCommand(const CxxCompiler &compiler, const CxxOptions &options, const std::string &input,
                                    const std::string &output);

/// Compiles; gives the bytes of the result. Fails with MissingFile if this machine cannot do it (no headers, no room,
/// a compiler that dies, takes too long or writes no object), with Interrupted at a signal. Any other error is a text
/// that the compiler refuses: it is kept, and the message says where.
llvm::Expected<std::string> compileCxx(llvm::StringRef text, const CxxCompiler &compiler, const CxxOptions &options);

} // namespace nnc
