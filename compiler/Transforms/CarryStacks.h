// The stack of a carry as it comes in is the stack of the carry as it goes out, one step later.
#pragma once
#include "compiler/Dialect/Nn.h"

namespace nnc {

/// Replaces stacks of carries that the body yields as they came in: the start and the stack of the new carries are put
/// one behind the other along time, and the old stack is a slice of that. So no step copies a carry, and where the new
/// carries are stacked anyway, they are kept once. Stacks that the entry returns stay, and those
/// of loops in loops. The old op is erased.
nn::ScanOp shareCarryStacks(nn::ScanOp scan);

} // namespace nnc
