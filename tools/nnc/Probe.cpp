#include "tools/nnc/Probe.h"

#include "compiler/Target/TargetInfo.h"
#include "dsl/Compile.h"
#include "dsl/Source.h"
#include "mlir/IR/Diagnostics.h"
#include "tools/nnc/FrontEnd.h"
#include <algorithm>

namespace nnc::driver {

std::string freshModelName(std::string_view text) {
  for (int number = 0;; ++number)
    if (std::string name = "Probe" + std::to_string(number); text.find(name) == std::string_view::npos)
      return name;
}

std::optional<dsl::Program> compileProbe(const Options &options, const std::string &file, const std::string &text,
                                         const std::string &model, std::string &why) {
  support::SourceMap sources;
  support::DiagnosticSink sink;
  std::optional<support::FileId> id = dsl::addSource(file, text, sources, sink);
  dsl::CompileOptions compile = compileOptions(options, file);
  compile.defines.clear();
  compile.train.reset();
  compile.model = model;
  compile.dtype = "f64";
  compile.checkData = false;
  compile.keepsBackward = true;
  std::optional<dsl::Program> program;
  if (id)
    program = dsl::compile(*id, compile, sources, sink).program;
  for (const support::Diagnostic &diagnostic : sink.diagnostics())
    if (diagnostic.severity == support::Severity::Error) {
      why = diagnostic.message;
      return std::nullopt;
    }
  return program;
}

static dsl::SizeMap asSizes(const std::map<std::string, int64_t> &numbers) {
  dsl::SizeMap sizes;
  for (const auto &[name, number] : numbers)
    sizes[name] = dsl::Size(number);
  return sizes;
}

static bool holds(const dsl::Fact &fact, const dsl::SizeMap &sizes) {
  std::optional<int64_t> a = substitute(fact.left, sizes).constant(), b = substitute(fact.right, sizes).constant();
  if (!a || !b)
    return false;
  const std::string &is = fact.predicate;
  return is == "eq"   ? *a == *b
         : is == "ne" ? *a != *b
         : is == "lt" ? *a < *b
         : is == "le" ? *a <= *b
         : is == "gt" ? *a > *b
         : is == "ge" ? *a >= *b
                      : *b != 0 && *a % *b == 0;
}

bool fitSizes(const dsl::Entry &entry, const std::map<std::string, int64_t> &numbers) {
  dsl::SizeMap sizes = asSizes(numbers);
  for (const dsl::FreeSize &size : entry.sizes) {
    auto given = numbers.find(size.name);
    if (given == numbers.end() || given->second < size.min || (size.max >= 0 && given->second > size.max))
      return false;
  }
  for (const dsl::Fact &fact : entry.facts)
    if (!holds(fact, sizes))
      return false;
  for (const dsl::Type &type : entry.valueTypes())
    for (const dsl::Size &axis : type.shape)
      if (substitute(axis, sizes).constant().value_or(0) < 1)
        return false;
  return true;
}

reference::Tensor<double> emptyTensor(const dsl::Type &type, const std::map<std::string, int64_t> &numbers) {
  using reference::ElementKind;
  dsl::SizeMap sizes = asSizes(numbers);
  reference::Shape shape;
  for (const dsl::Size &axis : type.shape)
    shape.push_back(substitute(axis, sizes).constant().value_or(1));
  ElementKind kind = type.elem == dsl::Elem::Bool  ? ElementKind::Bool
                     : type.elem == dsl::Elem::I32 ? ElementKind::I32
                     : type.elem == dsl::Elem::I64 ? ElementKind::I64
                                                   : ElementKind::Real;
  return reference::Tensor<double>(kind, shape);
}

Probe::Probe(const Options &options, const dsl::Program &program)
    : session(options), stages(session, targetOfHost()),
      ready(stages.run(program, Phase::Nn, [](Phase, mlir::ModuleOp) { return true; })) {}

std::optional<std::vector<Probe::Tensor>> Probe::evaluate(const Tensors &inputs,
                                                          const std::map<std::string, int64_t> &sizes) {
  mlir::ScopedDiagnosticHandler silent(stages.getModule().getContext(),
                                       [](mlir::Diagnostic &) { return mlir::success(); });
  reference::EntryArguments<double> arguments;
  arguments.inputs = inputs;
  arguments.sizes.insert(sizes.begin(), sizes.end());
  arguments.state = reference::initialState<double>(stages.getModule(), 0);
  reference::EntryResults<double> results;
  if (mlir::failed(reference::evaluateEntry(stages.getModule(), "forward", arguments, results)))
    return std::nullopt;
  std::vector<Tensor> values;
  for (auto &[name, tensor] : results.outputs)
    values.push_back(std::move(tensor));
  return values;
}

} // namespace nnc::driver
