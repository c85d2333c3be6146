// nn-evaluate: prints what an entry returns.
#include "compiler/Dialect/Nn.h"
#include "compiler/Reference/Passes.h"
#include "compiler/Reference/Reference.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>

using namespace mlir;

namespace nnc::reference {
#define GEN_PASS_DEF_EVALUATE
#include "compiler/Reference/Passes.h.inc"

namespace {

/// As many digits as tell the values of the type apart. The sign of a NaN means nothing.
template <class S> void printElement(llvm::raw_ostream &os, S x) {
  if (std::isnan(x))
    os << "nan";
  else
    os << llvm::format(std::is_same_v<S, float> ? "%.9g" : "%.17g", double(x));
}

template <class S> void printTensor(llvm::raw_ostream &os, const Tensor<S> &tensor, size_t axis, int64_t &position) {
  if (axis == tensor.shape.size()) {
    if (tensor.isReal())
      printElement(os, tensor.reals[position]);
    else if (tensor.kind == ElementKind::Bool)
      os << (tensor.integers[position] ? "true" : "false");
    else
      os << tensor.integers[position];
    ++position;
    return;
  }
  os << "[";
  for (int64_t i = 0; i < tensor.shape[axis]; ++i) {
    os << (i ? ", " : "");
    printTensor(os, tensor, axis + 1, position);
  }
  os << "]";
}

template <class S> void printLine(const std::string &name, const Tensor<S> &tensor) {
  int64_t position = 0;
  llvm::outs() << name << " = ";
  printTensor(llvm::outs(), tensor, 0, position);
  llvm::outs() << "\n";
}

/// "B=2" as name and number; an error if it is not of that form.
template <class Number>
LogicalResult parseBinding(ModuleOp module, StringRef text, std::map<std::string, Number, std::less<>> &bindings) {
  auto [name, value] = text.split('=');
  Number number;
  bool wrong;
  if constexpr (std::is_same_v<Number, double>)
    wrong = value.getAsDouble(number);
  else
    wrong = value.getAsInteger(10, number);
  if (name.empty() || wrong)
    return module.emitError() << "'" << text << "' is not NAME=NUMBER";
  bindings[name.str()] = number;
  return success();
}

struct Evaluate : impl::EvaluateBase<Evaluate> {
  using EvaluateBase::EvaluateBase;

  template <class S> LogicalResult evaluate() {
    EntryArguments<S> arguments;
    std::map<std::string, double, std::less<>> given;
    for (const std::string &text : sizes)
      if (failed(parseBinding(getOperation(), text, arguments.sizes)))
        return failure();
    for (const std::string &text : scalars)
      if (failed(parseBinding(getOperation(), text, given)))
        return failure();
    arguments.scalars.insert(given.begin(), given.end());
    arguments.seed = seed;
    arguments.step = step;
    arguments.firstSample = firstSample;
    arguments.state = initialState<S>(getOperation(), seed);
    FailureOr<TensorMap<S>> inputs = randomInputs<S>(getOperation(), entry, arguments.sizes, seed);
    if (failed(inputs))
      return failure();
    arguments.inputs = std::move(*inputs);
    EntryResults<S> results;
    if (failed(evaluateEntry(getOperation(), entry, arguments, results)))
      return failure();
    for (const auto &[name, tensor] : results.outputs)
      printLine(name, tensor);
    for (const auto &[symbol, tensor] : results.updates)
      printLine("update " + symbol, tensor);
    llvm::outs().flush();
    return success();
  }

  void runOnOperation() override {
    if (precision != "f32" && precision != "f64") {
      getOperation().emitError() << "precision is f32 or f64, not '" << precision << "'";
      return signalPassFailure();
    }
    if (failed(precision == "f64" ? evaluate<double>() : evaluate<float>()))
      signalPassFailure();
    markAllAnalysesPreserved();
  }
};

} // namespace
} // namespace nnc::reference
