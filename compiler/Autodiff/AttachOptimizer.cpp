// nn-attach-optimizer: gradients → norm and non-finite check → clip → update.
#include "compiler/Autodiff/Expr.h"
#include "compiler/Autodiff/GradEntry.h"
#include "compiler/Autodiff/Passes.h"
#include "compiler/Autodiff/StepScalars.h"

#include <limits>

using namespace mlir;

namespace nnc::autodiff {
#define GEN_PASS_DEF_ATTACHOPTIMIZER
#include "compiler/Autodiff/Passes.h.inc"

namespace {

struct Gradient {
  nn::ParamOp param;
  Value value;
};

SmallVector<int64_t> allDims(Value value) { return otherDims(cast<RankedTensorType>(value.getType()).getRank(), {}); }

/// Builds the update of one step entry.
class Attacher {
public:
  Attacher(ModuleOp module, nn::EntryOp entry)
      : module(module), entry(entry), optimizer(entry.getOptimizerAttr()), settings(optimizer.getSettings()),
        builder(cast<nn::ReturnOp>(entry.getBody().front().getTerminator())),
        loc(FusedLoc::get(module.getContext(), {entry.getLoc()}, builder.getStringAttr("update"))) {}

  LogicalResult run() {
    StringRef kind = optimizer.getKind();
    if (!llvm::is_contained({"sgd", "adam", "adamw", "rmsprop", "adagrad"}, kind))
      return entry.emitError() << "unknown optimizer '" << kind << "'";
    if (failed(takeGradients()))
      return failure();
    ScalarPlan plan;
    plan.settings = settings;
    plan.corrections = kind == "adam" || kind == "adamw";
    plan.decay = llvm::any_of(gradients, [&](const Gradient &g) { return decays(g.param); });
    plan.clip = entry.getClipAttr();
    if (failed(buildStepScalars(entry, plan)) || failed(addScalars(plan)))
      return failure();
    if (!gradients.empty() && failed(addNorm()))
      return failure();
    clip();
    for (Gradient &gradient : gradients)
      update(gradient);
    return success();
  }

private:
  nn::ReturnOp terminator() { return cast<nn::ReturnOp>(entry.getBody().front().getTerminator()); }

  /// The outputs `grad.PARAM` leave the entry.
  LogicalResult takeGradients() {
    for (unsigned i = entry.getNumResults(); i-- > 0;) {
      StringRef name = entry.getResultName(i);
      if (!name.consume_front("grad."))
        continue;
      auto param = module.lookupSymbol<nn::ParamOp>(name);
      if (!param)
        return entry.emitError() << "gradient of '" << name << "', which is no parameter";
      gradients.push_back({param, terminator().getOutputs()[i]});
      terminator().getOutputsMutable().erase(i);
      if (failed(entry.eraseResult(i)))
        return failure();
    }
    std::reverse(gradients.begin(), gradients.end());
    return success();
  }

  LogicalResult addScalars(const ScalarPlan &plan) {
    Type element = elementType();
    for (const std::string &name : plan.names()) {
      auto attributes = builder.getDictionaryAttr({builder.getNamedAttr("nn.scalar", builder.getStringAttr(name))});
      unsigned number = entry.getNumArguments();
      if (failed(entry.insertArgument(number, nn::scalarType(element), attributes, loc)))
        return failure();
      scalars[name] = entry.getArgument(number);
    }
    return success();
  }

  /// Precision of the scalars: that of the parameters.
  Type elementType() {
    return gradients.empty() ? Type(builder.getF32Type())
                             : cast<RankedTensorType>(gradients.front().value.getType()).getElementType();
  }

  Expr expr(Value value) { return {builder, loc, value}; }

  /// norm = sqrt of the sum of squares of all gradients, in order of declaration.
  LogicalResult addNorm() {
    Expr sum;
    for (const Gradient &gradient : gradients) {
      Expr g = expr(gradient.value), squares = (g * g).reduce(nn::ReduceKind::add, allDims(gradient.value));
      sum = sum ? sum + squares : squares;
    }
    Expr norm = sum.make<nn::SqrtOp>();
    gradNorm = norm.get();
    finite = norm.compare(nn::ComparePred::lt, norm.constant(std::numeric_limits<double>::infinity())).get();
    return failure(failed(addOutput("grad_norm", gradNorm)) ||
                   failed(addOutput("finite", expr(finite).cast(norm.type().getElementType()).get())));
  }

  LogicalResult addOutput(StringRef name, Value value) {
    auto attributes = builder.getDictionaryAttr({builder.getNamedAttr("nn.name", builder.getStringAttr(name))});
    terminator().getOutputsMutable().append(value);
    return entry.insertResult(entry.getNumResults(), value.getType(), attributes);
  }

  void clip() {
    if (!entry.getClipAttr() || gradients.empty())
      return;
    Expr limit = expr(scalars["clip"]);
    bool byNorm = entry.getClipAttr().getKind() == nn::ClipKind::norm;
    // PyTorch's coefficient; the norm's small addend keeps a zero gradient zero.
    Expr factor;
    if (byNorm) {
      Expr norm = expr(gradNorm);
      factor = norm.constant(1).make<nn::MinOp>(limit / (norm + norm.constant(1e-6)));
    }
    for (Gradient &gradient : gradients) {
      Expr g = expr(gradient.value);
      if (byNorm)
        gradient.value = (g * factor.broadcast(g.type(), {})).get();
      else
        gradient.value =
            (-limit).broadcast(g.type(), {}).make<nn::MaxOp>(g).make<nn::MinOp>(limit.broadcast(g.type(), {})).get();
    }
  }

  bool decays(nn::ParamOp param) {
    if (!settings.get("weight_decay"))
      return false;
    bool matrix = cast<RankedTensorType>(param.getType()).getRank() >= 2 && !param.getNoDecay();
    return matrix || flagIn(settings, "decay_all");
  }

  /// The value at the start of the step.
  Value get(StringRef symbol, RankedTensorType type) {
    for (auto read : entry.getBody().getOps<nn::GetOp>())
      if (read.getSource() == symbol && !read->getParentOfType<nn::GenericOp>())
        return read.getValue();
    return nn::GetOp::create(builder, loc, type, symbol);
  }

  /// A slot of zeros beside the parameter.
  std::string addSlot(nn::ParamOp param, StringRef slot) {
    std::string name = ("optimizer." + param.getSymName() + "." + slot).str();
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPoint(entry);
    auto zero = nn::InitAttr::get(builder.getContext(), nn::InitKind::constant, builder.getF64ArrayAttr({0.0}));
    nn::StateOp::create(builder, param.getLoc(), name, FlatSymbolRefAttr::get(builder.getContext(), param.getSymName()),
                        param.getType(), zero, IntegerAttr());
    return name;
  }

  void commit(StringRef symbol, Value value) {
    nn::ReturnOp last = terminator();
    SmallVector<Attribute> targets;
    if (last.getTargets())
      targets.append(last.getTargets()->begin(), last.getTargets()->end());
    targets.push_back(FlatSymbolRefAttr::get(builder.getContext(), symbol));
    last.setTargetsAttr(builder.getArrayAttr(targets));
    last.getUpdatesMutable().append(value);
  }

  void update(Gradient &gradient) {
    auto type = cast<RankedTensorType>(gradient.param.getType());
    StringRef path = gradient.param.getSymName();
    Value param = get(path, type), decay = decays(gradient.param) ? scalars["weight_decay"] : Value();
    if (optimizer.getKind() == "sgd")
      return updateSgd(gradient, path, type, param, decay);
    if (optimizer.getKind() == "rmsprop")
      return updateRmsprop(gradient, path, type, param, decay);
    if (optimizer.getKind() == "adagrad")
      return updateAdagrad(gradient, path, type, param, decay);
    std::string m = addSlot(gradient.param, "m"), v = addSlot(gradient.param, "v");
    SmallVector<Value> values{scalars["lr"], scalars["correction1"], scalars["correction2"]};
    if (decay)
      values.push_back(decay);
    auto adam = nn::AdamOp::create(builder, loc, param, gradient.value, get(m, type), get(v, type), values, finite,
                                   numberIn(settings, "beta1", 0.9), numberIn(settings, "beta2", 0.999),
                                   numberIn(settings, "eps", 1e-8), optimizer.getKind() == "adamw");
    commit(path, adam.getNewParam());
    commit(m, adam.getNewM());
    commit(v, adam.getNewV());
  }

  void updateSgd(Gradient &gradient, StringRef path, RankedTensorType type, Value param, Value decay) {
    double momentum = numberIn(settings, "momentum", 0);
    std::string slot = momentum != 0 ? addSlot(gradient.param, "momentum") : "";
    Value velocity = momentum != 0 ? get(slot, type) : Value();
    auto sgd = nn::SgdOp::create(builder, loc, param, gradient.value, velocity, scalars["lr"], decay, finite, momentum,
                                 momentum != 0 && flagIn(settings, "nesterov"));
    commit(path, sgd.getNewParam());
    if (velocity)
      commit(slot, sgd.getNewVelocity());
  }

  void updateRmsprop(Gradient &gradient, StringRef path, RankedTensorType type, Value param, Value decay) {
    double momentum = numberIn(settings, "momentum", 0);
    std::string square = addSlot(gradient.param, "square");
    std::string slot = momentum != 0 ? addSlot(gradient.param, "momentum") : "";
    Value velocity = momentum != 0 ? get(slot, type) : Value();
    auto rmsprop = nn::RmspropOp::create(
        builder, loc, type, type, velocity ? Type(type) : Type(), param, gradient.value, get(square, type), velocity,
        scalars["lr"], decay, finite, builder.getF64FloatAttr(numberIn(settings, "alpha", 0.99)),
        builder.getF64FloatAttr(numberIn(settings, "eps", 1e-8)), builder.getF64FloatAttr(momentum));
    commit(path, rmsprop.getNewParam());
    commit(square, rmsprop.getNewSquare());
    if (velocity)
      commit(slot, rmsprop.getNewVelocity());
  }

  void updateAdagrad(Gradient &gradient, StringRef path, RankedTensorType type, Value param, Value decay) {
    std::string sum = addSlot(gradient.param, "sum");
    auto adagrad = nn::AdagradOp::create(builder, loc, type, type, param, gradient.value, get(sum, type), scalars["lr"],
                                         decay, finite, builder.getF64FloatAttr(numberIn(settings, "eps", 1e-10)));
    commit(path, adagrad.getNewParam());
    commit(sum, adagrad.getNewSum());
  }

  ModuleOp module;
  nn::EntryOp entry;
  nn::OptimizerAttr optimizer;
  DictionaryAttr settings;
  OpBuilder builder;
  Location loc;
  SmallVector<Gradient> gradients;
  std::map<std::string, Value> scalars;
  Value gradNorm, finite;
};

struct AttachOptimizer : impl::AttachOptimizerBase<AttachOptimizer> {
  void runOnOperation() override {
    for (nn::EntryOp entry : GradEntry::in(getOperation())) {
      if (entry.getKindName() != "step" || !entry.getOptimizerAttr())
        continue;
      if (failed(Attacher(getOperation(), entry).run()))
        return signalPassFailure();
      // Consumed: the update says it now.
      entry.removeOptimizerAttr();
      entry.removeClipAttr();
    }
  }
};

} // namespace
} // namespace nnc::autodiff
