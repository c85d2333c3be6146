// Host functions such as @step.scalars: straight-line f64 and i64 arithmetic of arith and math.
#include "compiler/Reference/Reference.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;

namespace nnc::reference {
namespace {

/// A number of either type; bools are integers.
struct Number {
  double real = 0;
  int64_t integer = 0;
};

bool compareReals(arith::CmpFPredicate predicate, double a, double b) {
  switch (predicate) {
  case arith::CmpFPredicate::OEQ:
    return a == b;
  case arith::CmpFPredicate::OLT:
    return a < b;
  case arith::CmpFPredicate::OLE:
    return a <= b;
  case arith::CmpFPredicate::OGT:
    return a > b;
  case arith::CmpFPredicate::OGE:
    return a >= b;
  default:
    return a != b;
  }
}

bool compareIntegers(arith::CmpIPredicate predicate, int64_t a, int64_t b) {
  switch (predicate) {
  case arith::CmpIPredicate::eq:
    return a == b;
  case arith::CmpIPredicate::slt:
    return a < b;
  case arith::CmpIPredicate::sle:
    return a <= b;
  case arith::CmpIPredicate::sgt:
    return a > b;
  case arith::CmpIPredicate::sge:
    return a >= b;
  default:
    return a != b;
  }
}

class HostFunction {
public:
  llvm::DenseMap<Value, Number> values;

  LogicalResult run(Operation &op) {
    auto x = [&](unsigned i) { return values[op.getOperand(i)]; };
    auto real = [&](double value) {
      values[op.getResult(0)].real = value;
      return success();
    };
    auto integer = [&](int64_t value) {
      values[op.getResult(0)].integer = value;
      return success();
    };
    return llvm::TypeSwitch<Operation *, LogicalResult>(&op)
        .Case([&](arith::ConstantOp c) {
          if (auto value = dyn_cast<FloatAttr>(c.getValue()))
            return real(value.getValueAsDouble());
          return integer(cast<IntegerAttr>(c.getValue()).getInt());
        })
        .Case([&](arith::AddFOp) { return real(x(0).real + x(1).real); })
        .Case([&](arith::SubFOp) { return real(x(0).real - x(1).real); })
        .Case([&](arith::MulFOp) { return real(x(0).real * x(1).real); })
        .Case([&](arith::DivFOp) { return real(x(0).real / x(1).real); })
        .Case([&](arith::NegFOp) { return real(-x(0).real); })
        .Case([&](arith::MinimumFOp) { return real(std::fmin(x(0).real, x(1).real)); })
        .Case([&](arith::MaximumFOp) { return real(std::fmax(x(0).real, x(1).real)); })
        .Case([&](arith::SIToFPOp) { return real(double(x(0).integer)); })
        .Case([&](arith::AddIOp) { return integer(x(0).integer + x(1).integer); })
        .Case([&](arith::SubIOp) { return integer(x(0).integer - x(1).integer); })
        .Case([&](arith::CmpFOp c) { return integer(compareReals(c.getPredicate(), x(0).real, x(1).real)); })
        .Case([&](arith::CmpIOp c) { return integer(compareIntegers(c.getPredicate(), x(0).integer, x(1).integer)); })
        .Case([&](arith::SelectOp) {
          values[op.getResult(0)] = x(0).integer ? x(1) : x(2);
          return success();
        })
        .Case([&](math::PowFOp) { return real(std::pow(x(0).real, x(1).real)); })
        .Case([&](math::SqrtOp) { return real(std::sqrt(x(0).real)); })
        .Case([&](math::CosOp) { return real(std::cos(x(0).real)); })
        .Case([&](math::FloorOp) { return real(std::floor(x(0).real)); })
        .Default([&](Operation *other) { return other->emitOpError("is unknown in a host function"); });
  }
};

} // namespace

FailureOr<std::vector<double>> evaluateScalars(ModuleOp module, StringRef name,
                                               const std::map<std::string, double> &settings, int64_t step,
                                               int64_t steps, int64_t stepsPerEpoch) {
  auto function = module.lookupSymbol<func::FuncOp>(name);
  if (!function)
    return module.emitError() << "there is no function '" << name << "'";
  auto declared = function->getAttrOfType<ArrayAttr>("nn.settings");
  unsigned count = declared ? declared.size() : 0;
  if (function.getNumArguments() != count + 3 || function.isExternal() || !function.getBody().hasOneBlock())
    return function.emitError("is not a function of its settings, the step and two counts");
  HostFunction host;
  for (unsigned i = 0; i < count; ++i) {
    auto setting = cast<DictionaryAttr>(declared[i]);
    auto given = settings.find(setting.getAs<StringAttr>("name").str());
    host.values[function.getArgument(i)].real =
        given != settings.end() ? given->second : setting.getAs<FloatAttr>("value").getValueAsDouble();
  }
  int64_t counts[] = {step, steps, stepsPerEpoch};
  for (unsigned i = 0; i < 3; ++i)
    host.values[function.getArgument(count + i)].integer = counts[i];
  Block &body = function.getBody().front();
  for (Operation &op : body.without_terminator())
    if (failed(host.run(op)))
      return failure();
  std::vector<double> scalars;
  for (Value value : body.getTerminator()->getOperands())
    scalars.push_back(host.values[value].real);
  return scalars;
}

} // namespace nnc::reference
