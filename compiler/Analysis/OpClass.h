// What part an op may play in a group: asked by fusion, partition and outlining.
#pragma once
#include "compiler/Dialect/Nn.h"

namespace nnc {

enum class OpClass {
  Get,         // reads state: stays outside of groups
  Free,        // costs nothing inside a kernel (constant, size, broadcast): copied into every group that reads it
  Elementwise, // one element of the result from one element of each operand
  Contraction, // anchors: at most one in a group
  Window,      // convolutions and pools: like a contraction, but its operands are never computed in passing
  Rows,        // softmax and its losses
  Reduction,
  Update,
  Move,  // reshape, transpose, relayout: a group of its own
  Other, // a group of its own
  View,  // slice, split, concat of buffers with constant strides: stay outside of groups, no kernel; they name parts of
         // other values
  Loop   // scan: stays outside of groups; its body is planned like an entry
};

OpClass classify(mlir::Operation *op);

inline bool isAnchor(OpClass kind) {
  return kind == OpClass::Contraction || kind == OpClass::Window || kind == OpClass::Rows ||
         kind == OpClass::Reduction || kind == OpClass::Update || kind == OpClass::Move || kind == OpClass::Other;
}

/// Stands between groups, in an entry or in the body of a loop.
inline bool staysOutside(OpClass kind) { return kind == OpClass::View || kind == OpClass::Loop; }

/// Rank 0: one number.
bool isScalar(mlir::Value value);

/// A short lower-case name for kernels and remarks: "linear", "matmul", "softmax_cross_entropy_grad".
std::string shortName(mlir::Operation *op);

} // namespace nnc
