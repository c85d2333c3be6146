// Where derivatives begin: nothing flows further back than parameters, constants and sizes.
#include "compiler/Autodiff/DerivativeTable.h"

namespace nnc::autodiff {

void registerStateRules(DerivativeTable &table) {
  table.inactive<nn::GetOp, nn::ConstantOp, nn::SizeOp, nn::SampleOp, nn::RandomOp>();
}

} // namespace nnc::autodiff
