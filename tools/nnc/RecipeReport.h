// What the compiler adds to the recipe for `PROGRAM bench` and `PROGRAM info`: operations, saved bytes, build, source.
#pragma once

#include "tools/nnc/Options.h"

#include "compiler/Target/TargetInfo.h"
#include "mlir/IR/BuiltinOps.h"
#include <string>

namespace nnc::driver {

/// `recipe` with the keys
///   "flops"        {entry: expression}: a number, a free size by name, or [op, a, b] with add mul floordiv ceildiv mod
///   "bytes_saved"  {entry: bytes of the workspace that hold saved values, at the bounds of the free sizes}
///   "build"        {"version", "target", "opt"}
///   "source"       the file's name without its folder; "source_hash": SHA-256 of its text
/// for a module of phase planned.
std::string withReport(const std::string &recipe, mlir::ModuleOp module, const TargetInfo &target,
                       const Options &options, std::string_view sourceText);

} // namespace nnc::driver
