// Derivatives of reductions.
#include "compiler/Autodiff/DerivativeTable.h"

namespace nnc::autodiff {
namespace {

using nn::ComparePred;
using nn::ReduceKind;

/// The elements equal to the extreme share g evenly, so the shares sum to g.
Expr extreme(Site &s, llvm::ArrayRef<int64_t> dims, llvm::ArrayRef<int64_t> kept) {
  Expr x = s.x(), isExtreme = x.compare(ComparePred::eq, s.y().broadcast(x.type(), kept));
  Expr count = isExtreme.cast(x.type().getElementType()).reduce(ReduceKind::add, dims);
  return isExtreme.select((s.g() / count).broadcast(x.type(), kept), x.constant(0));
}

/// g times the product of the others, exact where elements are 0: with one 0 only that element has a derivative, with
/// two none has.
Expr product(Site &s, llvm::ArrayRef<int64_t> dims, llvm::ArrayRef<int64_t> kept) {
  Expr x = s.x(), one = x.constant(1), zero = x.constant(0);
  Expr isZero = x.compare(ComparePred::eq, zero);
  Expr zeros = isZero.cast(x.type().getElementType()).reduce(ReduceKind::add, dims);
  Expr nonZeroProduct = isZero.select(one, x).reduce(ReduceKind::mul, dims);
  Expr whole = zeros.compare(ComparePred::eq, zeros.constant(0)).select(nonZeroProduct, zeros.constant(0));
  Expr single = zeros.compare(ComparePred::eq, zeros.constant(1)).select(nonZeroProduct, zeros.constant(0));
  Expr others =
      isZero.select((s.g() * single).broadcast(x.type(), kept), (s.g() * whole).broadcast(x.type(), kept) / x);
  return others;
}

void reduce(Site &s) {
  if (!s.g() || !s.wants(0))
    return;
  auto op = mlir::cast<nn::ReduceOp>(s.op);
  llvm::SmallVector<int64_t> kept = otherDims(s.x().type().getRank(), op.getDims());
  switch (op.getKind()) {
  case ReduceKind::add:
    return s.give(0, s.g().broadcast(s.x().type(), kept));
  case ReduceKind::max:
  case ReduceKind::min:
    return s.give(0, extreme(s, op.getDims(), kept));
  case ReduceKind::mul:
    return s.give(0, product(s, op.getDims(), kept));
  case ReduceKind::any:
  case ReduceKind::all:
    return; // bools
  }
}

} // namespace

void registerReduceRules(DerivativeTable &table) {
  table.rule<nn::ReduceOp>(reduce, Reads::Both,
                           "max, min: ties share evenly; mul: exact where elements are 0, the product of the others");
  table.inactive<nn::ArgMaxOp, nn::ArgMinOp>();
}

} // namespace nnc::autodiff
