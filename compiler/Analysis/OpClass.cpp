#include "compiler/Analysis/OpClass.h"
#include "compiler/Analysis/Places.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace nnc {

/// Of a buffer whose strides are constants: only of that a part has a constant place.
static bool isPartOfBuffer(Operation *op) {
  auto hasStrides = [](Type type) { return rowMajorStrides(cast<RankedTensorType>(type)).has_value(); };
  return llvm::all_of(op->getOperandTypes(), hasStrides) && llvm::all_of(op->getResultTypes(), hasStrides);
}

OpClass classify(Operation *op) {
  return llvm::TypeSwitch<Operation *, OpClass>(op)
      .Case<nn::GetOp>([](auto) { return OpClass::Get; })
      .Case<nn::ConstantOp, nn::SizeOp, nn::BroadcastOp>([](auto) { return OpClass::Free; })
      .Case<nn::AddOp, nn::SubOp, nn::MulOp, nn::DivOp, nn::MaxOp, nn::MinOp, nn::PowOp, nn::NegOp, nn::AbsOp,
            nn::SignOp, nn::ExpOp, nn::LogOp, nn::Log1pOp, nn::Expm1Op, nn::SqrtOp, nn::RsqrtOp, nn::TanhOp,
            nn::SigmoidOp, nn::ReluOp, nn::FloorOp, nn::CeilOp, nn::RoundOp, nn::ErfOp, nn::SinOp, nn::CosOp,
            nn::SoftplusOp, nn::StepOp, nn::GeluOp, nn::ReluGradOp, nn::AndOp, nn::OrOp, nn::NotOp, nn::CompareOp,
            nn::SelectOp, nn::CastOp, nn::MseOp, nn::StopGradientOp>([](auto) { return OpClass::Elementwise; })
      .Case<nn::ContractOp>([](auto) { return OpClass::Contraction; })
      .Case<nn::ConvOp, nn::ConvInputGradOp, nn::ConvFilterGradOp, nn::MaxPoolOp, nn::AvgPoolOp>(
          [](auto) { return OpClass::Window; })
      .Case<nn::SoftmaxOp, nn::LogSoftmaxOp, nn::LogSumExpOp, nn::SoftmaxCrossEntropyOp, nn::SoftmaxCrossEntropyGradOp,
            nn::ArgMaxOp, nn::ArgMinOp>([](auto) { return OpClass::Rows; })
      .Case<nn::ReduceOp>([](auto) { return OpClass::Reduction; })
      .Case<nn::SgdOp, nn::AdamOp>([](auto) { return OpClass::Update; })
      .Case<nn::TransposeOp, nn::ReshapeOp, nn::RelayoutOp>([](auto) { return OpClass::Move; })
      .Case<nn::SliceOp, nn::SplitOp, nn::ConcatOp>(
          [](auto part) { return isPartOfBuffer(part) ? OpClass::View : OpClass::Other; })
      .Case<nn::ScanOp>([](auto) { return OpClass::Loop; })
      .Default([](Operation *) { return OpClass::Other; });
}

bool isScalar(Value value) { return cast<RankedTensorType>(value.getType()).getRank() == 0; }

std::string shortName(Operation *op) {
  if (auto contract = dyn_cast<nn::ContractOp>(op))
    return contract.getInit() ? "linear" : "matmul";
  if (auto reduce = dyn_cast<nn::ReduceOp>(op))
    return ("reduce_" + nn::stringifyReduceKind(reduce.getKind())).str();
  if (isa<nn::RelayoutOp>(op))
    return "pack";
  return op->getName().stripDialect().str();
}

} // namespace nnc
