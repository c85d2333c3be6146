// What a compiled program of this version cannot do yet of what a right program asks for.
#pragma once

#include "dsl/Program.h"
#include "mlir/IR/BuiltinOps.h"
#include "tools/nnc/Session.h"

namespace nnc::driver {

/// All features of data, training and generation that are missing, in one error or remark (E0240). It says which
/// entries the evaluator runs if `module`, the program in phase nn, is given.
void reportPending(Session &session, support::FileId file, const dsl::Program &program, support::Severity severity,
                   mlir::ModuleOp module);

/// Ops that have no kernel, in one error or remark that says which entries the evaluator runs. False if there are none.
bool reportNoKernel(mlir::ModuleOp module, mlir::DiagnosticSeverity severity);

/// The program has such features and is not compiled: says these, and its ops that have no kernel. Gives the exit code.
int refusePending(Session &session, support::FileId file, const dsl::Program &program);

} // namespace nnc::driver
