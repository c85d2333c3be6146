// runtime/abi/nnc_abi.h as text of the printed file: a test compares both, field by field.
#pragma once

#include "llvm/ADT/StringRef.h"

namespace nnc::cpp {

/// The structs that the runtime and the file share, a field's values by their names.
llvm::StringRef structs();

} // namespace nnc::cpp
