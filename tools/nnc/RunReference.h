// nnc run FILE ENTRY --backend=reference: one entry on given tensors, computed by the evaluator.
#pragma once

#include "tools/nnc/Options.h"

namespace nnc::driver {

/// Takes and writes what `PROGRAM run` takes and writes (safetensors, by name). Returns the exit code.
int runReference(const Options &options);

} // namespace nnc::driver
