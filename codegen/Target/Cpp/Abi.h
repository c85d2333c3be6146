// runtime/abi/nnc_abi.h as text of the printed file: a test compares both, field by field.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <string>

namespace nnc::cpp {

/// The structs that the runtime and the file share, and those of the constants that `tables` names.
std::string structs(llvm::StringRef tables);

} // namespace nnc::cpp
