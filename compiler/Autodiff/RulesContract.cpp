// Contractions are closed under differentiation: the letters of the spec change places.
#include "compiler/Autodiff/DerivativeTable.h"

namespace nnc::autodiff {
namespace {

Expr contract(Site &s, Expr lhs, Expr rhs, llvm::StringRef lhsLetters, llvm::StringRef rhsLetters,
              llvm::StringRef resultLetters) {
  std::string spec = (lhsLetters + "," + rhsLetters + "->" + resultLetters).str();
  return s.expr(nn::ContractOp::create(s.builder, s.loc, lhs.get(), rhs.get(), llvm::StringRef(spec)));
}

void differentiate(Site &s) {
  if (!s.g())
    return;
  auto op = mlir::cast<nn::ContractOp>(s.op);
  nn::ContractSpec letters = op.getLetters();
  if (op.getInit() && s.wants(2))
    s.give(2, s.g());
  // The weight's gradient before the input's: it reads what the forward pass saved.
  if (s.wants(1))
    s.give(1, contract(s, s.g(), s.x(0), letters.result, letters.lhs, letters.rhs));
  if (s.wants(0))
    s.give(0, contract(s, s.g(), s.x(1), letters.result, letters.rhs, letters.lhs));
}

} // namespace

void registerContractRules(DerivativeTable &table) { table.rule<nn::ContractOp>(differentiate, Reads::Operands); }

} // namespace nnc::autodiff
