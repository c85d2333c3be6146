// A comparison and a choice that are together a maximum or a minimum.
#pragma once

#include "mlir/Dialect/Arith/IR/Arith.h"
#include <optional>

namespace nnc::cpp {

/// `max(first, second)` is first > second ? first : second, `min` first < second ? first : second.
struct Extremum {
  bool isMax;
  mlir::Value first, second;
};

/// What a choice is for every number, NaN and zeros of both signs among them; nothing if it is neither.
std::optional<Extremum> extremumOf(mlir::arith::SelectOp op);

} // namespace nnc::cpp
