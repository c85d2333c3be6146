// A `scan` whose body is being elaborated. What the body reads from outside becomes a const of the loop.
#pragma once

#include "dsl/elaborate/Elaborator.h"

namespace nnc::dsl {

/// Numbers of the body while it grows: the step, the carries and slices, then the results of its nodes; consts have
/// numbers of their own, because they are found on the way. `renumber` puts the consts behind the step.
struct ScanScope {
  static constexpr ValueId constBit = 1u << 30;
  std::vector<TensorValue> consts; // values of the body around
  std::vector<Type> constTypes;
  std::map<ValueId, ValueId> constOf; // their numbers by those of the body around
  bool loop = true;                   // false: the blocks of a function with `backward`, which have no step

  ValueId renumber(ValueId id) const {
    if (id & constBit)
      return 1 + (id & ~constBit);
    return id == 0 ? 0 : id + ValueId(consts.size());
  }
};

/// The body of a scan, for the names in it: which are its own, what it has yielded.
struct ScanBody {
  size_t firstScope = 0; // of the frame: names in earlier scopes belong to the outside
  support::SourceRange range;
  std::set<std::string> carries;
  std::map<std::string, support::SourceRange> assigned;
  const ast::YieldStmt *yield = nullptr;
  support::SourceRange yieldRange;
  std::vector<Value> yields;
  ScanBody *outer = nullptr;
};

} // namespace nnc::dsl
