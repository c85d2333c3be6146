#include "tools/nnc-random/Check.h"

#include "compiler/Pipelines/Pipelines.h"
#include "tools/nnc-random/Build.h"
#include "tools/nnc-random/CppForms.h"
#include "tools/nnc-random/Stability.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/OperationSupport.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassInstrumentation.h"
#include "mlir/Pass/PassManager.h"

#include <cmath>
#include <random>

using namespace mlir;

namespace nnc::random {
namespace {

using reference::TensorMap;

/// The entries that are run; a packing entry has no results.
std::vector<std::string> entriesOf(ModuleOp module) {
  std::vector<std::string> names;
  for (auto entry : module.getOps<nn::EntryOp>())
    if (entry.getKindName() != "pack")
      names.push_back(entry.getSymName().str());
  return names;
}

template <class S> TensorMap<S> converted(const TensorMap<double> &from) {
  TensorMap<S> to;
  for (const auto &[name, tensor] : from) {
    reference::Tensor<S> copy(tensor.kind, tensor.shape);
    copy.integers = tensor.integers;
    for (size_t i = 0; i < tensor.reals.size(); ++i)
      copy.reals[i] = S(tensor.reals[i]);
    to[name] = std::move(copy);
  }
  return to;
}

class Checker {
public:
  Checker(MLIRContext &context, const CheckOptions &options, std::vector<CppProgram> *cpp)
      : context(context), options(options), cpp(cpp) {}

  Verdict run(const std::string &text) {
    ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
      if (diagnostic.getSeverity() == DiagnosticSeverity::Error && messages.size() < 400)
        messages += diagnostic.str() + "; ";
      return success();
    });
    module = parseSourceString<ModuleOp>(text, &context);
    if (!module)
      return {Verdict::Disagreed, "parse", messages};
    original = module->clone();
    names = entriesOf(*module);
    if (!drawNumbers() || !graph())
      return verdict;
    if (!judgeTruth() || !judgeGradient() || !plan())
      return verdict;
    runCompiled();
    return verdict;
  }

  /// Called behind every pass: the evaluator must give the same bits as before it.
  void behindPass(StringRef pass, ModuleOp now) {
    if (verdict.kind != Verdict::Agreed)
      return;
    OperationFingerPrint print(now);
    if (print == *fingerprint)
      return;
    fingerprint = print;
    std::map<std::string, Values> after;
    if (!evaluateAll(now, after))
      return disagree("pass " + pass.str(), "cannot be evaluated any more: " + messages);
    bool changesFormulas = pass == "nn-raise" || pass == "nn-stabilize";
    for (const std::string &name : names) {
      // Differentiation adds outputs and updates: what was there before must stay.
      std::string wrong = changesFormulas ? differenceFromTruth(after[name], before[name], before[name], options.wide)
                                          : differenceInBits(before[name], after[name]);
      if (!wrong.empty())
        return disagree("pass " + pass.str(), name + ": " + wrong);
    }
    before = std::move(after);
  }

private:
  void disagree(std::string where, std::string what) {
    verdict = {Verdict::Disagreed, std::move(where), std::move(what)};
  }
  bool refuse(std::string why) {
    verdict = {Verdict::Refused, std::move(why), ""};
    return false;
  }

  /// Weights and inputs, exact in the type of the program.
  bool drawNumbers() {
    sizes = {{"B", options.batch}};
    auto round = [&](TensorMap<double> &all) {
      for (auto &[name, tensor] : all)
        for (double &x : tensor.reals)
          x = options.wide ? x : double(float(x));
    };
    state = reference::initialState<double>(*module, options.seed);
    round(state);
    auto drawn = reference::randomInputs<double>(*module, names.front(), sizes, options.seed);
    if (failed(drawn))
      return refuse("inputs: " + messages);
    inputs = std::move(*drawn);
    round(inputs);
    if (!options.finite) {
      std::mt19937_64 engine(options.seed);
      for (auto *all : {&state, &inputs})
        for (auto &[name, tensor] : *all)
          makeSpecial(tensor.reals, engine);
    }
    return true;
  }

  /// One number in thirty becomes one that arithmetic treats in its own way.
  static void makeSpecial(std::vector<double> &numbers, std::mt19937_64 &engine) {
    static constexpr double special[] = {NAN, INFINITY, -INFINITY, 0.0, -0.0};
    for (double &x : numbers)
      if (engine() % 30 == 0)
        x = special[engine() % std::size(special)];
  }

  template <class S> bool evaluate(ModuleOp of, const std::string &name, Values &values) {
    reference::EntryArguments<S> arguments;
    arguments.inputs = converted<S>(inputs);
    arguments.state = converted<S>(state);
    for (const auto &[slot, tensor] : slotsOf(of))
      arguments.state.try_emplace(slot, converted<S>(TensorMap<double>{{slot, tensor}}).at(slot));
    arguments.sizes = sizes;
    arguments.scalars = scalars;
    reference::EntryResults<S> results;
    if (failed(reference::evaluateEntry(of, name, arguments, results)))
      return false;
    values = valuesOf(results);
    return true;
  }

  /// What the optimizer added to the state, at its initial values.
  TensorMap<double> slotsOf(ModuleOp of) { return reference::initialState<double>(of, options.seed); }

  bool evaluateAll(ModuleOp of, std::map<std::string, Values> &all) {
    for (const std::string &name : names)
      if (!(options.wide ? evaluate<double>(of, name, all[name]) : evaluate<float>(of, name, all[name])))
        return false;
    return true;
  }

  struct Behind : PassInstrumentation {
    explicit Behind(Checker &checker) : checker(checker) {}
    void runAfterPass(Pass *pass, Operation *op) override {
      StringRef name = pass->getArgument();
      if (auto module = dyn_cast<ModuleOp>(op); module && name != "nn-plant")
        checker.behindPass(name, module);
    }
    Checker &checker;
  };

  bool runPhase(StringRef phase, llvm::function_ref<void(OpPassManager &)> build) {
    PassManager passes(&context);
    build(passes);
    passes.addInstrumentation(std::make_unique<Behind>(*this));
    if (failed(passes.run(*module)) || failed(verify(*module)))
      disagree("phase " + phase.str(), messages);
    return verdict.kind == Verdict::Agreed;
  }

  CompilerOptions pipeline() const {
    CompilerOptions pipeline;
    pipeline.plant = options.plant;
    pipeline.taskCost = 64; // small programs are cut into tasks too
    if (options.seed % 3 == 0)
      pipeline.scan = autodiff::ScanPolicy::Carry;
    return pipeline;
  }

  /// Phases nn and grad.
  bool graph() {
    scalars = {{"lr", 0.01}};
    if (!evaluateAll(*module, before))
      return refuse("not evaluated: " + messages);
    fingerprint.emplace(*module);
    if (!runPhase("nn", [&](OpPassManager &pm) { buildNn(pm, pipeline()); }))
      return false;
    // Scalars of the step exist behind this phase only.
    std::vector<std::string> steps;
    std::swap(steps, names);
    for (const std::string &name : steps)
      if (name != "step")
        names.push_back(name);
    return runPhase("grad", [&](OpPassManager &pm) { buildGrad(pm, pipeline()); }) && addStep();
  }

  /// The step's scalars, from the schedule that differentiation made.
  bool addStep() {
    auto step = module->lookupSymbol<nn::EntryOp>("step");
    if (!step)
      return true;
    auto values = reference::evaluateScalars(*module, "step.scalars", {}, 0, 100, 10);
    if (failed(values))
      return disagree("step.scalars", messages), false;
    size_t next = 0;
    for (unsigned i = 0; i < step.getNumArguments(); ++i)
      if (auto name = step.getArgAttrOfType<StringAttr>(i, "nn.scalar"))
        scalars[name.str()] = (*values)[next++];
    names.push_back("step");
    if (!(options.wide ? evaluate<double>(*module, "step", before["step"])
                       : evaluate<float>(*module, "step", before["step"])))
      return disagree("step", messages), false;
    return true;
  }

  bool judgeTruth() {
    for (const std::string &name : names) {
      if (!evaluate<double>(*module, name, truth[name]))
        return disagree("truth", messages), false;
      if (options.finite && (!allFinite(truth[name]) || !allFinite(before[name])))
        return refuse("not finite");
    }
    reference::EntryArguments<double> arguments{inputs, state, scalars, sizes};
    for (const auto &[slot, tensor] : slotsOf(*module))
      arguments.state.try_emplace(slot, tensor);
    for (const std::string &name : names)
      if (!isStable(*module, name, arguments))
        return refuse("too near to a jump");
    return true;
  }

  /// Reverse mode in f64 against dual numbers on the program as it was drawn, along one direction.
  bool judgeGradient() {
    if (!llvm::is_contained(names, "grad") || !options.finite)
      return true;
    using Dual = reference::scalar::Dual;
    reference::EntryArguments<Dual> arguments;
    arguments.sizes = sizes;
    double reverse = 0, scale = 0, number = 0;
    auto lift = [&](const TensorMap<double> &from, TensorMap<Dual> &to) {
      for (const auto &[name, tensor] : from) {
        reference::Tensor<Dual> dual(tensor.kind, tensor.shape);
        dual.integers = tensor.integers;
        auto gradient = truth["grad"].find("grad." + name);
        for (size_t i = 0; i < tensor.reals.size(); ++i) {
          double along = gradient == truth["grad"].end() ? 0 : std::sin(1.7 * ++number);
          dual.reals[i] = {tensor.reals[i], along};
          if (along != 0) {
            reverse += gradient->second.reals[i] * along;
            scale += std::fabs(gradient->second.reals[i] * along);
          }
        }
        to[name] = std::move(dual);
      }
    };
    lift(state, arguments.state);
    lift(inputs, arguments.inputs);
    reference::EntryResults<Dual> results;
    if (failed(reference::evaluateEntry(*original, "grad", arguments, results)))
      return refuse("dual numbers: " + messages);
    double exact = results.outputs.front().second.reals[0].d;
    // In a program of f32 the constants of rules are rounded to it, though all else is evaluated in f64.
    double relative = options.wide ? 1e-9 : 1e-6;
    if (std::fabs(exact - reverse) <= relative * (scale + std::fabs(exact)) + 1e-12)
      return true;
    reference::EntryArguments<double> here{inputs, state, scalars, sizes};
    if (isOnKink(*original, "grad", here))
      return refuse("on a kink");
    disagree("gradient", "along a direction reverse mode gives " + std::to_string(reverse) + ", dual numbers " +
                             std::to_string(exact));
    return false;
  }

  bool plan() {
    return runPhase("planned", [&](OpPassManager &pm) { buildPlanned(pm, pipeline()); });
  }

  void runCompiled() {
    std::map<std::string, Values> first;
    for (unsigned level : {0u, 2u}) {
      CodegenOptions codegen{options.target, level};
      codegen.plant = options.plant;
      std::string form = "-O" + std::to_string(level), why, text;
      std::optional<Kernels> kernels = lowerToKernels(*module, codegen, why);
      if (kernels && cpp && llvm::is_contained(options.cppLevels, level)) {
        text = printCpp(*kernels, spaceOf(level), why);
        if (text.empty())
          return disagree("C++ " + form, why);
      }
      std::unique_ptr<Machine> machine = kernels ? buildWithLLVM(*kernels, why) : nullptr;
      if (!machine)
        return disagree("compile " + form, why + ": " + messages);
      for (const std::string &name : names)
        for (int threads : {1, 3})
          for (uint8_t fill : {0, 0xff}) {
            std::optional<Values> got = machine->run(name, callOf(threads, fill), why);
            std::string which = nameOf(name, form, threads, fill);
            if (!got)
              return disagree("run " + form, which + ": " + why);
            if (!judge(name, which, *got, first))
              return;
          }
      if (!text.empty())
        addCpp(level, std::move(text), first);
    }
  }

  std::string spaceOf(unsigned level) const {
    return "p" + std::to_string(options.seed) + "_O" + std::to_string(level);
  }

  Call callOf(int threads, uint8_t fill) {
    Call call{inputs, state, options.batch, threads, fill};
    for (const auto &[slot, tensor] : slotsOf(*module))
      call.state.try_emplace(slot, tensor);
    return call;
  }

  static std::string nameOf(const std::string &entry, const std::string &form, int threads, uint8_t fill) {
    return entry + " " + form + ", " + std::to_string(threads) + " threads, workspace of " + (fill ? "NaN" : "zeros");
  }

  /// Puts the C++ aside, with what LLVM's code gave.
  void addCpp(unsigned level, std::string text, const std::map<std::string, Values> &wanted) {
    CppProgram program{options.seed, spaceOf(level), std::move(text), {}};
    for (const std::string &name : names)
      for (int threads : {1, 3})
        program.runs.push_back(
            {name, nameOf(name, "-O" + std::to_string(level), threads, 0xff), callOf(threads, 0xff), wanted.at(name)});
    cpp->push_back(std::move(program));
  }

  /// The first run against the truth, all others against the first, bit by bit.
  bool judge(const std::string &name, const std::string &which, const Values &got,
             std::map<std::string, Values> &first) {
    auto [known, isFirst] = first.try_emplace(name, got);
    std::string wrong = isFirst ? differenceFromTruth(got, truth[name], before[name], options.wide)
                                : differenceInBits(known->second, got);
    if (!wrong.empty())
      disagree(isFirst ? "truth" : "compiled forms", which + ": " + wrong);
    return wrong.empty();
  }

  MLIRContext &context;
  const CheckOptions &options;
  std::vector<CppProgram> *cpp;
  OwningOpRef<ModuleOp> module, original;
  std::vector<std::string> names;
  nn::SizeBindings sizes;
  TensorMap<double> inputs, state;
  std::map<std::string, double> scalars;
  std::optional<OperationFingerPrint> fingerprint;
  std::map<std::string, Values> before, truth; // by entry: in the program's precision, in f64
  std::string messages;
  Verdict verdict;
};

} // namespace

Verdict check(MLIRContext &context, const std::string &module, const CheckOptions &options,
              std::vector<CppProgram> *cpp) {
  return Checker(context, options, cpp).run(module);
}

} // namespace nnc::random
