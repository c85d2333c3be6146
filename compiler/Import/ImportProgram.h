// The program as a module of the nn dialect: a walk without decisions.
#pragma once
#include "dsl/Program.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace nnc {

/// The module of a program: parameters and states, then an entry for each of the program's. Every op keeps the chain of
/// .nn places and its layer's path as location. Where the dialect infers another type than the program has, an error is
/// emitted at that place and nothing returned: a bug of this compiler, never of the program.
mlir::OwningOpRef<mlir::ModuleOp> importProgram(const dsl::Program &program, mlir::MLIRContext &context);

} // namespace nnc
