// Objects and the runtime to a program or a library, in process: a user's machine needs no compiler and no linker.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace nnc {

/// What a link needs and the machine lacks: a file that is not there. Exit code 3, where other errors are our bug.
class MissingFile : public llvm::ErrorInfo<MissingFile> {
public:
  static char ID;
  explicit MissingFile(std::string text) : text(std::move(text)) {}
  void log(llvm::raw_ostream &out) const override { out << text; }
  std::error_code convertToErrorCode() const override {
    return std::make_error_code(std::errc::no_such_file_or_directory);
  }

private:
  std::string text;
};

enum class LinkKind { program, sharedLibrary };

struct LinkOptions {
  LinkKind kind = LinkKind::program;
  std::string resourceDir;         // start files and archives, see `defaultResourceDir`
  bool strip = true;               // no symbols in the result
  std::vector<std::string> extras; // further objects
};

/// `../lib/nnc` beside the running tool.
std::string defaultResourceDir(const std::string &executable);

/// The linker's command line: every input with its path, in order. Fails with MissingFile if one is absent.
llvm::Expected<std::vector<std::string>> linkArguments(const std::vector<std::string> &objects,
                                                       const std::string &output, const LinkOptions &options);

/// Links object files into `output`, which appears whole or not at all.
llvm::Error link(const std::vector<std::string> &objects, const std::string &output, const LinkOptions &options);

/// Links an object that is in memory.
llvm::Error linkObject(llvm::StringRef object, const std::string &output, const LinkOptions &options);

} // namespace nnc
