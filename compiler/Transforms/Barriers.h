// The barriers of an entry: the second half of nn-partition.
#pragma once
#include "compiler/Dialect/Nn.h"

namespace nnc {

/// Sets `barrier` on groups, and `nn.barrier` on loops, of an entry whose groups have tasks.
void placeBarriers(nn::EntryOp entry);

} // namespace nnc
