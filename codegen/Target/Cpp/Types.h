// How types of kernel IR are written in C++.
#pragma once

#include "mlir/IR/BuiltinTypes.h"
#include <string>

namespace nnc::cpp {

/// `float`, `i64`, `bool`.
std::string scalarType(mlir::Type type);
/// `f32`, `i64`: the element's part of the name of a vector type; masks have integers as wide as what they mask.
std::string elementName(mlir::Type type, unsigned maskBits = 32);
/// `f32x16`; scalars as `scalarType`.
std::string valueType(mlir::Type type, unsigned maskBits = 32);
/// The name by which the prelude knows a type: `f32x16`, `f32`, `i64`.
std::string preludeType(mlir::Type type, unsigned maskBits = 32);

bool isMask(mlir::Type type);
/// Bits of a scalar or of a vector's element; an index has 64.
unsigned elementBits(mlir::Type type);
/// `T NAME[6][4]`
std::string arrayOf(mlir::MemRefType type, const std::string &name);
/// A pointer to the first row of a buffer: `const float (*__restrict x)[784]`, `float *y`.
std::string pointerTo(mlir::MemRefType type, const std::string &name, bool isConst, bool isRestrict);

} // namespace nnc::cpp
