// An index definition or a reducer whose body is being elaborated: `y[b, o] = …`, `sum[i] …`. Its body is a list of
// nodes on single numbers; every subscripted tensor becomes an operand with a map from the indices to its axes.
#pragma once

#include "dsl/elaborate/Elaborator.h"

namespace nnc::dsl {

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
