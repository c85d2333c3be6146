#include "dsl/Compile.h"

#include "dsl/elaborate/Builder.h"
#include "dsl/elaborate/Lint.h"

namespace nnc::dsl {

CompileResult compile(support::FileId file, const CompileOptions &options, support::SourceMap &sources,
                      support::DiagnosticSink &sink) {
  CompileResult result;
  Module module;
  if (!buildModule(module, file, sources, sink))
    return result;
  warnUnused(module, sink);
  ProgramBuilder builder(module, options, sources, sink);
  result.program = builder.run(result.usageError, result.types);
  return result;
}

std::optional<Program> compileToProgram(support::FileId file, const CompileOptions &options,
                                        support::SourceMap &sources, support::DiagnosticSink &sink) {
  return compile(file, options, sources, sink).program;
}

} // namespace nnc::dsl
