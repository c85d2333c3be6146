// The phases that work on MLIR, one after the other: program in, module of any phase out. Failure of a pass is our bug
// and ends in a reproducer; only what a pass reports with a code of support/Diagnostics.def is the user's error.
#pragma once

#include "compiler/Pipelines/Phases.h"
#include "tools/nnc/Session.h"

#include "codegen/Pipelines.h"
#include "compiler/Pipelines/Pipelines.h"
#include "dsl/Program.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Pass/PassManager.h"
#include <functional>
#include <optional>
#include <string>

namespace nnc::driver {

class Stages {
public:
  Stages(Session &session, const TargetInfo &target);

  /// Imports the program and runs the phases nn … `last`; `after` sees the module behind each of them.
  /// On failure everything has been said; `exitCode` tells how nnc ends (1 or 70).
  bool run(const dsl::Program &program, Phase last, const std::function<bool(Phase, mlir::ModuleOp)> &after);

  /// The same for the text of a module of phase nn, for tests: what a pass prints can be compiled on its own.
  bool runModule(const std::string &file, const std::string &text, Phase last,
                 const std::function<bool(Phase, mlir::ModuleOp)> &after);

  /// Whether `work` succeeds; what it reports with a code is the user's, and then `exitCode` is what that asks for.
  bool attempt(const std::string &what, const std::function<bool()> &work);

  /// What a later version will compile (E0360, E0504) ends the phases with a remark, and is no failure.
  void remarkOnLater() { remarks = true; }

  mlir::ModuleOp getModule() { return module.get(); }
  int exitCode() const { return code; }

  /// Prints an internal error and where its reproducer lies; gives exit code 70.
  int internalError(const std::string &text, const std::string &reproducer = "");

private:
  bool import(const dsl::Program &program);
  bool runPhases(Phase last, const std::function<bool(Phase, mlir::ModuleOp)> &after);
  bool runPhase(Phase phase);
  void buildPipeline(Phase phase, mlir::PassManager &manager);
  /// A diagnostic of MLIR: the user's, if its text begins with a code; else one of ours.
  void collect(mlir::Diagnostic &diagnostic);
  bool failed(const std::string &what, const std::string &reproducer);

  Session &session;
  TargetInfo target;
  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::string internal; // what passes said that is not for the user
  int code = 0;
  bool compiles = true; // whether the phases end in code
  bool remarks = false, remarked = false;
};

/// The text of FILE.mlir; nothing, once it has been said why it cannot be read (exit 3).
std::optional<std::string> readModule(const std::string &file);

/// The text of a module with its locations, as --emit and --dump-phases print it.
std::string printModule(mlir::ModuleOp module);

} // namespace nnc::driver
