// Text to tree. What was read without an error reads the same with blank lines around it.
#include "dsl/Parser.h"
#include "dsl/AstPrinter.h"
#include "test/fuzz/Rendering.h"

namespace nnc::fuzz {

using namespace nnc::dsl;

void parser(std::string_view bytes) {
  SourceMap sources;
  DiagnosticSink sink;
  std::optional<FileId> file = addSource("fuzz.nn", std::string(bytes), sources, sink);
  if (file) {
    ParsedFile parsed = parse(sources, *file, sink);
    require(parsed.complete != sink.hasErrors(), "a tree is complete, or an error says why not");
    std::string tree = printAst(parsed.tree);
    if (parsed.complete) {
      SourceMap others;
      DiagnosticSink silent;
      bool isMarked = bytes.starts_with("\xEF\xBB\xBF"); // a mark is one in front of all else only
      std::string text(bytes.substr(isMarked ? 3 : 0));
      std::optional<FileId> again = addSource("again.nn", "\n\n" + text + "\n\n", others, silent);
      require(again.has_value(), "blank lines are text");
      require(printAst(parse(others, *again, silent).tree) == tree && !silent.hasErrors(),
              "blank lines around a file change nothing");
    }
  }
  renderEverything(sink, sources);
}

} // namespace nnc::fuzz
