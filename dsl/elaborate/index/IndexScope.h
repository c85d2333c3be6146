// An index definition or a reducer whose body is being elaborated: `y[b, o] = …`, `sum[i] …`. Its body is a list of
// nodes on single numbers; every subscripted tensor becomes an operand with a map from the indices to its axes.
#pragma once

#include "dsl/elaborate/Elaborator.h"

namespace nnc::dsl {

/// A mean evaluates its condition twice, for the sum and for the number of terms. What reducers in the condition make
/// is kept the first time and read the second: else means in conditions of means would double the work at each level.
struct MetReducers {
  struct One {
    const ast::ReduceExpr *expr = nullptr;
    Value value;                    // a tensor of the entry
    std::vector<std::string> names; // of the indices of its axes
  };
  std::vector<One> all; // in the order in which they are met
  size_t next = 0;
  bool again = false, inCondition = false;

  const One *read(const ast::ReduceExpr &expr) {
    bool isNext = again && next < all.size() && all[next].expr == &expr;
    return isNext ? &all[next++] : nullptr;
  }
};

struct IndexScope {
  static constexpr ValueId operandBit = 1u << 31, indexBit = 1u << 30;
  struct Index {
    std::string name;
    std::optional<Size> range;  // in the terms of the frame
    support::SourceRange place; // where the range comes from
  };
  std::vector<Index> indices; // those of the result first
  size_t resultRank = 0;
  Generic generic;
  std::vector<TensorValue> operands; // values of the entry, or of the scan around
  std::shared_ptr<MetReducers> met;  // in a mean with a condition

  Index *position(const std::string &name) {
    for (Index &index : indices)
      if (index.name == name)
        return &index;
    return nullptr;
  }
  /// The number at `map` of a tensor of the entry.
  TensorValue operand(Elaborator &e, const TensorValue &outer, std::vector<AffineIndex> map,
                      std::optional<double> outside);
  /// An index as a number of the body: an int that knows what it runs over.
  TensorValue number(Elaborator &e, const Index &index);
  /// The tensor that `body` reads whole, with the indices of the result in their order, if it does nothing else.
  const TensorValue *wholeRead(const Value &body, const std::vector<Node> &nodes, const SizeFacts &facts) const;
  std::string subscriptsFor(const TensorType &type, const Frame &frame) const;
  /// A name without subscripts: a single number.
  Value readScalar(Elaborator &e, const TensorValue &tensor, const std::string &name, support::SourceRange range,
                   Frame &frame);
};

/// While it lives, nodes go to the entry itself, or to the body of the scan around, and no index is in scope.
class EntryLevel {
public:
  explicit EntryLevel(Elaborator &e);
  ~EntryLevel();

private:
  Elaborator &e;
  std::vector<IndexScope *> scopes;
  std::vector<Elaborator::Target> targets;
};

} // namespace nnc::dsl
