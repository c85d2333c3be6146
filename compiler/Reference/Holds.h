// Whether two numbers stand in a relation: `nn.compare` and the comparisons of masks.
#pragma once
#include "compiler/Dialect/Nn.h"

namespace nnc::reference {

template <class S> bool holds(nn::ComparePred pred, S a, S b) {
  switch (pred) {
  case nn::ComparePred::eq:
    return a == b;
  case nn::ComparePred::ne:
    return a != b;
  case nn::ComparePred::lt:
    return a < b;
  case nn::ComparePred::le:
    return a <= b;
  case nn::ComparePred::gt:
    return a > b;
  case nn::ComparePred::ge:
    return a >= b;
  }
  llvm_unreachable("all predicates are listed");
}

} // namespace nnc::reference
