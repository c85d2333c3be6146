// Constants of kernel IR as literals of C++ that read back as the same bits.
#pragma once

#include "codegen/Target/Cpp/Expression.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

namespace nnc::cpp {

class Prelude;

/// A float: the shortest decimal that reads back equal, infinities and NaN by name.
std::string floatLiteral(const llvm::APFloat &value);
/// A number of a type: integers other than `index` carry their type where C++ would take another.
Expression scalarLiteral(mlir::Attribute value, mlir::Type type);
/// Also vectors: `splat16(0.5f)`, `i32x4{0, 1, 2, 3}`. `maskBits`: the width of a mask's lanes.
Expression literal(mlir::arith::ConstantOp op, unsigned maskBits, Prelude &prelude);

} // namespace nnc::cpp
