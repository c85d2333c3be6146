// `import "blocks/attention.nn" (Attention)`: which file is meant, read once (rule name-5).
#pragma once

#include "dsl/elaborate/Module.h"
#include "support/Diagnostics.h"

#include <functional>

namespace nnc::dsl {

class Imports {
public:
  /// `collect` enters the names of a file that has been parsed.
  Imports(Module &module, const std::vector<std::string> &folders, support::SourceMap &sources,
          support::DiagnosticSink &sink, std::function<void(ImportedFile &)> collect)
      : module(module), folders(folders), sources(sources), sink(sink), collect(std::move(collect)) {}

  /// The file that `item` of file `from` names; null after an error.
  ImportedFile *load(const ast::ImportItem &item, support::FileId from);
  /// The names of a file that can be imported: dims, masks, functions, layers and models.
  static std::map<std::string, support::SourceRange> names(const ast::File &file);
  /// The program itself, so that a file that imports it is a cycle.
  void begin(support::FileId program);

private:
  std::string find(const std::string &path, support::FileId from) const;

  Module &module;
  const std::vector<std::string> &folders;
  support::SourceMap &sources;
  support::DiagnosticSink &sink;
  std::function<void(ImportedFile &)> collect;
  std::map<std::string, ImportedFile *> loaded; // by real path; null: its mistakes have been reported
  std::vector<std::string> open;                // files whose imports are being read, the program first
};

} // namespace nnc::dsl
