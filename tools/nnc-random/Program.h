// A random program, kept so that it can be printed, shrunk and drawn again: sizes by number, operations as text with
// placeholders. A size that changes changes every type that uses it.
#pragma once

#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <string>
#include <vector>

namespace nnc::random {

enum class Element : uint8_t { Float, I32, I64, Bool };

/// A size of the program: a number, or made from others.
struct Size {
  enum Kind { Number, Product, Sum, Less } kind = Number;
  int64_t value = 1;   // Number: itself; Less: what is taken away
  std::vector<int> of; // sizes that it is made from
};

/// Sizes by their number; size 0 is the batch, which may be free and is then outermost.
struct Type {
  Element element = Element::Float;
  llvm::SmallVector<int, 4> dims;
  bool operator==(const Type &other) const { return element == other.element && dims == other.dims; }
};

/// A value that the program starts from.
struct Root {
  enum Kind { Input, Param, State } kind = Input;
  int value = 0;
  double low = -1, high = 1; // of params and states; inputs are in [-1, 1)
  int bound = -1;            // the size below which integer inputs lie; none: 2
  std::string name() const {
    return std::string(kind == Input ? "x" : kind == Param ? "p" : "s") + std::to_string(value);
  }
};

/// `text` names operands $v0, their types $t0, result types $r0, sizes $d0 (by their number), the float type $e.
struct Operation {
  std::string op, text;
  std::vector<int> operands, results;
};

struct Update {
  int root, value; // the root's index, the new value
};

struct Program {
  uint64_t seed = 0;
  bool wide = false;      // f64
  bool freeBatch = false; // size 0 is named B
  bool special = false;   // some of its numbers are NaN, infinities and zeros of both signs
  std::vector<Size> sizes;
  std::vector<Type> values;
  std::vector<Root> roots;
  std::vector<Operation> operations;
  std::vector<int> outputs;
  std::vector<Update> updates;
  int loss = -1;         // with one: entries grad and, if there is an optimizer, step; else forward
  std::string optimizer; // "#nn.optimizer<...>"

  int64_t sizeOf(int number) const;
  /// Nothing negative, no empty axis that an op cannot take, no value too large.
  bool isValid() const;
  std::string typeOf(const Type &type) const;
  std::string typeOf(int value) const { return typeOf(values[value]); }
  /// The module.
  std::string text() const;
  /// Removes what no output, update or loss depends on.
  void sweep();
};

/// What values of one program may hold.
constexpr int64_t mostElements = 4096;

} // namespace nnc::random
