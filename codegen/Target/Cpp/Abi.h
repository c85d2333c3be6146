// runtime/abi/nnc_abi.h as text of the printed file: a test compares both, field by field.
#pragma once

#include "llvm/ADT/StringRef.h"

namespace nnc::cpp {

/// What entries are called with.
llvm::StringRef callStructs();
/// What the tables behind them are made of.
llvm::StringRef tableStructs();

} // namespace nnc::cpp
