#include "compiler/Autodiff/StepScalars.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;

namespace nnc::autodiff {

double numberIn(DictionaryAttr settings, StringRef name, double otherwise) {
  if (auto real = settings.getAs<FloatAttr>(name))
    return real.getValueAsDouble();
  if (auto integer = settings.getAs<IntegerAttr>(name))
    return double(integer.getInt());
  return otherwise;
}

bool flagIn(DictionaryAttr settings, StringRef name) {
  if (auto flag = settings.getAs<BoolAttr>(name))
    return flag.getValue();
  return bool(settings.get(name));
}

std::vector<std::string> ScalarPlan::names() const {
  std::vector<std::string> names{"lr"};
  if (corrections)
    names.insert(names.end(), {"correction1", "correction2"});
  if (decay)
    names.push_back("weight_decay");
  if (clip)
    names.push_back("clip");
  return names;
}

namespace {

/// Straight-line f64 arithmetic; `step` counts the updates done before this one.
class ScalarBuilder {
public:
  ScalarBuilder(OpBuilder &builder, Location loc) : builder(builder), loc(loc) {}

  Value constant(double value) { return arith::ConstantOp::create(builder, loc, builder.getF64FloatAttr(value)); }
  Value add(Value a, Value b) { return arith::AddFOp::create(builder, loc, a, b); }
  Value sub(Value a, Value b) { return arith::SubFOp::create(builder, loc, a, b); }
  Value mul(Value a, Value b) { return arith::MulFOp::create(builder, loc, a, b); }
  Value div(Value a, Value b) { return arith::DivFOp::create(builder, loc, a, b); }
  Value real(Value integer) { return arith::SIToFPOp::create(builder, loc, builder.getF64Type(), integer); }
  Value least(Value a, Value b) { return select(arith::CmpFPredicate::OLT, a, b, a, b); }
  Value greatest(Value a, Value b) { return select(arith::CmpFPredicate::OGT, a, b, a, b); }
  Value select(arith::CmpFPredicate predicate, Value left, Value right, Value yes, Value no) {
    Value holds = arith::CmpFOp::create(builder, loc, predicate, left, right);
    return arith::SelectOp::create(builder, loc, holds, yes, no);
  }
  Value pow(Value base, Value exponent) { return math::PowFOp::create(builder, loc, base, exponent); }
  Value floor(Value x) { return math::FloorOp::create(builder, loc, x); }
  Value cos(Value x) { return math::CosOp::create(builder, loc, x); }
  Value sqrt(Value x) { return math::SqrtOp::create(builder, loc, x); }

  OpBuilder &builder;
  Location loc;
};

struct Counts {
  Value step, steps, stepsPerEpoch; // f64
};

/// What is left of training after the warm-up, from 0 to 1.
Value progress(ScalarBuilder &b, const Counts &counts, double warmup) {
  Value one = b.constant(1), zero = b.constant(0), start = b.constant(warmup);
  Value length = b.greatest(b.sub(counts.steps, start), one);
  return b.least(b.greatest(b.div(b.sub(counts.step, start), length), zero), one);
}

/// final + (lr - final) · share
Value between(ScalarBuilder &b, Value lr, double last, Value share) {
  Value end = b.constant(last);
  return b.add(end, b.mul(b.sub(lr, end), share));
}

/// The schedule after its warm-up; null for an unknown kind.
Value shape(ScalarBuilder &b, StringRef kind, DictionaryAttr arguments, Value lr, const Counts &counts) {
  double warmup = numberIn(arguments, "warmup", 0), last = numberIn(arguments, "final", 0);
  if (kind == "constant")
    return lr;
  if (kind == "step_decay") {
    Value perEpoch = b.greatest(counts.stepsPerEpoch, b.constant(1));
    Value epoch = b.floor(b.div(counts.step, perEpoch));
    Value times = b.floor(b.div(epoch, b.constant(numberIn(arguments, "every", 1))));
    return b.mul(lr, b.pow(b.constant(numberIn(arguments, "by", 1)), times));
  }
  if (kind == "cosine") {
    Value angle = b.mul(b.constant(3.14159265358979323846), progress(b, counts, warmup));
    return between(b, lr, last, b.mul(b.constant(0.5), b.add(b.constant(1), b.cos(angle))));
  }
  if (kind == "linear")
    return between(b, lr, last, b.sub(b.constant(1), progress(b, counts, warmup)));
  if (kind == "inverse_sqrt") {
    Value done = b.add(counts.step, b.constant(1));
    return b.mul(lr, b.sqrt(b.div(b.constant(std::max(warmup, 1.0)), done)));
  }
  return nullptr;
}

/// During the warm-up lr · (step + 1) / warmup, then the schedule's shape.
Value learningRate(ScalarBuilder &b, StringRef kind, DictionaryAttr arguments, Value lr, const Counts &counts) {
  Value after = shape(b, kind, arguments, lr, counts);
  double warmup = numberIn(arguments, "warmup", 0);
  if (!after || warmup <= 0)
    return after;
  Value length = b.constant(warmup), done = b.add(counts.step, b.constant(1));
  return b.select(arith::CmpFPredicate::OLT, counts.step, length, b.div(b.mul(lr, done), length), after);
}

/// 1 / (1 - beta^(step + 1))
Value correction(ScalarBuilder &b, double beta, const Counts &counts) {
  Value one = b.constant(1), power = b.pow(b.constant(beta), b.add(counts.step, one));
  return b.div(one, b.sub(one, power));
}

struct Setting {
  std::string name;
  double value;
};

} // namespace

LogicalResult buildStepScalars(nn::EntryOp entry, const ScalarPlan &plan) {
  std::vector<Setting> settings{{"optimizer.lr", numberIn(plan.settings, "lr", 0)}};
  if (plan.decay)
    settings.push_back({"optimizer.weight_decay", numberIn(plan.settings, "weight_decay", 0)});
  if (plan.clip)
    settings.push_back({"clip", plan.clip.getLimit().getValueAsDouble()});

  OpBuilder builder(entry->getContext());
  builder.setInsertionPointAfter(entry);
  Location loc = entry.getLoc();
  SmallVector<Type> inputs(settings.size(), builder.getF64Type()), outputs(plan.names().size(), builder.getF64Type());
  inputs.append(3, builder.getI64Type());
  auto function = func::FuncOp::create(builder, loc, (entry.getSymName() + ".scalars").str(),
                                       builder.getFunctionType(inputs, outputs));
  SmallVector<Attribute> declared;
  for (const Setting &setting : settings)
    declared.push_back(
        builder.getDictionaryAttr({builder.getNamedAttr("name", builder.getStringAttr(setting.name)),
                                   builder.getNamedAttr("value", builder.getF64FloatAttr(setting.value))}));
  function->setAttr("nn.settings", builder.getArrayAttr(declared));
  builder.setInsertionPointToStart(function.addEntryBlock());

  ScalarBuilder b(builder, loc);
  unsigned first = settings.size();
  Counts counts{b.real(function.getArgument(first)), b.real(function.getArgument(first + 1)),
                b.real(function.getArgument(first + 2))};
  auto schedule = plan.settings.getAs<DictionaryAttr>("schedule");
  if (!schedule)
    schedule = builder.getDictionaryAttr({});
  auto kind = schedule.getAs<StringAttr>("kind");
  Value lr = learningRate(b, kind ? kind.getValue() : "constant", schedule, function.getArgument(0), counts);
  if (!lr)
    return entry.emitError() << "unknown schedule '" << kind.getValue() << "' of the learning rate";
  SmallVector<Value> scalars{lr};
  if (plan.corrections) {
    scalars.push_back(correction(b, numberIn(plan.settings, "beta1", 0.9), counts));
    scalars.push_back(correction(b, numberIn(plan.settings, "beta2", 0.999), counts));
  }
  for (unsigned i = 1; i < settings.size(); ++i)
    scalars.push_back(function.getArgument(i));
  func::ReturnOp::create(builder, loc, scalars);
  return success();
}

} // namespace nnc::autodiff
