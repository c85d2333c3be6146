// How wide the panels of a packed matrix are: asked by the pass that packs and by the emitter that reads them.
#pragma once
#include <cstdint>

namespace nnc {

/// Columns of one panel of a matrix with `columns` columns, for registers of `lanes` f32: a multiple of `lanes`, at
/// most what a register tile of at least four rows leaves room for. It chooses code, never arithmetic.
int64_t panelWidth(int64_t columns, unsigned lanes);

} // namespace nnc
