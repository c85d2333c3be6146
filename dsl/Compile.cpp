#include "dsl/Compile.h"

#include "dsl/elaborate/Builder.h"
#include "dsl/elaborate/Lint.h"
#include "dsl/elaborate/data/Vocabularies.h"

#include <algorithm>
#include <set>

namespace nnc::dsl {

CompileResult compile(support::FileId file, const CompileOptions &options, support::SourceMap &sources,
                      support::DiagnosticSink &sink) {
  CompileResult result;
  Module module;
  if (!buildModule(module, file, options.includeDirs, sources, sink) || !readVocabularies(module, options, sink))
    return result;
  AloneErrors alone;
  ProgramBuilder builder(module, options, sources, sink, alone);
  result.program = builder.run(result.usageError, result.types);
  warnUnused(module, sink);
  warnComments(module, sources, sink);
  return result;
}

/// Whether a model can be compiled without a `train` block, which may give its hyperparameters.
static bool standsAlone(const Definition &model) {
  const auto &hyper = model.layer->hyper;
  return !hyper || std::all_of(hyper->params.begin(), hyper->params.end(),
                               [](const ast::Param &param) { return param.defaultValue != nullptr; });
}

/// One set of options for each thing that the file can be compiled to.
static std::vector<CompileOptions> variants(const Module &module, const CompileOptions &options) {
  if (options.train || !options.defines.empty())
    return {options};
  std::vector<CompileOptions> all;
  std::set<std::string> trained;
  for (const ast::TrainItem *item : module.trains) {
    all.push_back(options);
    all.back().train = item->model.text + ":" + item->dataset.text;
    trained.insert(item->model.text);
  }
  for (const Definition *model : module.models) {
    bool isMeant = module.trains.empty() && model == module.models.back();
    if (trained.count(model->name) || !(isMeant || standsAlone(*model)))
      continue;
    all.push_back(options);
    all.back().model = model->name;
  }
  return all.empty() ? std::vector{options} : all;
}

std::vector<CompileResult> compileAll(support::FileId file, const CompileOptions &options, support::SourceMap &sources,
                                      support::DiagnosticSink &sink) {
  std::vector<CompileResult> results;
  Module module;
  if (!buildModule(module, file, options.includeDirs, sources, sink) || !readVocabularies(module, options, sink))
    return results;
  AloneErrors alone;
  for (const CompileOptions &variant : variants(module, options)) {
    // A sink of its own: what another variant has said already is still an error of this one.
    support::DiagnosticSink own;
    CompileResult &result = results.emplace_back();
    result.program = ProgramBuilder(module, variant, sources, own, alone).run(result.usageError, result.types);
    for (const support::Diagnostic &diagnostic : own.diagnostics())
      sink.add(diagnostic);
  }
  warnUnused(module, sink);
  warnComments(module, sources, sink);
  return results;
}

std::optional<Program> compileToProgram(support::FileId file, const CompileOptions &options,
                                        support::SourceMap &sources, support::DiagnosticSink &sink) {
  return compile(file, options, sources, sink).program;
}

} // namespace nnc::dsl
