#include "tools/nnc/Commands.h"
#include "tools/nnc/FrontEnd.h"

#include "dsl/doc/Names.h"
#include "dsl/graph/Picture.h"
#include "support/Files.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using llvm::StringRef;

namespace nnc::driver {

/// The name of the library's definition that holds a line.
static std::string nameAt(const support::SourceMap &sources, const dsl::doc::Names &names, StringRef file,
                          uint32_t line) {
  for (const dsl::doc::Group &group : names.groups())
    for (const dsl::doc::Definition &one : group.definitions) {
      support::SourceRange range = one.item->range;
      if (StringRef(sources.name(range.file)) != file)
        break;
      if (line >= sources.lineColumn(range.file, range.begin).line &&
          line <= sources.lineColumn(range.file, range.end).line)
        return one.name;
    }
  return "";
}

/// -o, else FILE without .nn + .svg, in the current folder.
static std::string pictureName(const Options &options) {
  if (!options.outputFile.empty())
    return options.outputFile;
  StringRef name = llvm::sys::path::filename(options.inputs.front());
  name.consume_back(".nn");
  return (name + ".svg").str();
}

int graph(const Options &options) {
  Session session(options);
  dsl::Program program;
  if (int code = readProgram(session, program))
    return code;
  support::SourceMap sources;
  dsl::doc::Names names(sources);
  auto name = [&](const dsl::Place &place) {
    return place.file < program.files.size() ? nameAt(sources, names, program.files[place.file], place.line) : "";
  };
  std::string text = dsl::graph::picture(dsl::graph::flowOf(program, name));
  std::string file = pictureName(options);
  if (file == "-") {
    llvm::outs() << text;
    return support::ExitDone;
  }
  auto written = support::writeFile(file, text);
  if (const auto *error = std::get_if<support::FileError>(&written)) {
    llvm::errs() << "nnc: error: `" << file << "` " << error->text << "\n";
    return support::ExitMissing;
  }
  return support::ExitDone;
}

} // namespace nnc::driver
