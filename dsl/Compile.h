// From text to program: the one door to the language for everything behind it.
#pragma once

#include "dsl/Ast.h"
#include "dsl/Program.h"
#include "dsl/Source.h"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace nnc::dsl {

struct CompileOptions {
  std::vector<std::pair<std::string, std::string>> defines; // -D name=value: hyperparameters of the model
  std::optional<int64_t> batch;                             // --batch: bound of the batch
  std::optional<std::string> dtype;                         // --dtype: f32 or f64, over `precision`
  std::optional<std::string> train;                         // --train Model or Model:data
  std::optional<std::string> model;                         // a model alone, without its `train` block
  std::vector<std::string> includeDirs;                     // -I: where imported files may lie
  std::string dataDir;                                      // --data; the folder of the datasets
  bool keepsBackward = false;                               // `forward` holds functions with `backward` as they are
  /// The names of all tensors that an evaluation is given: other inputs with defaults have these, and the sizes of
  /// `forward` are those of its inputs.
  std::optional<std::set<std::string>> given = {};
  bool checkData = true; // look at the files of datasets where they are present
};

/// What the driver needs beside the program to choose an exit code.
struct CompileResult {
  std::optional<Program> program; // only if there was no error
  /// The driver's own mistakes (exit 2): -D of an unknown name, several `train` blocks and no --train. One sentence.
  std::string usageError;
  /// The `types` text: each definition that was used, with the types of its bindings.
  std::string types;
};

/// Parses, checks and elaborates `file`. Diagnostics go to `sink`; sources of the library are added to `sources`.
CompileResult compile(support::FileId file, const CompileOptions &options, support::SourceMap &sources,
                      support::DiagnosticSink &sink);

/// Everything that the file can be compiled to: each `train` block with its model, each model that no block trains.
/// With `train` or `defines`, which mean one of them, that one. What several of them would say is said once.
std::vector<CompileResult> compileAll(support::FileId file, const CompileOptions &options, support::SourceMap &sources,
                                      support::DiagnosticSink &sink);

/// The same with the result that the later stages want.
std::optional<Program> compileToProgram(support::FileId file, const CompileOptions &options,
                                        support::SourceMap &sources, support::DiagnosticSink &sink);

} // namespace nnc::dsl
