// Functions that are one body for several numbers, printed as one template.
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/DenseMap.h"
#include <string>
#include <vector>

namespace nnc::cpp {

/// A template and the functions that are instances of it.
struct Family {
  std::string name;                            // of the attribute
  std::vector<std::string> parameters;         // `rows`, `vectors`
  std::vector<mlir::func::FuncOp> members;     // the first is the one whose body is printed
  std::vector<std::vector<int64_t>> arguments; // of each member, as `parameters`
  /// The body with a constant of its own, tagged `nnc.symbol`, wherever the members have their number; it belongs to
  /// nobody and has no place in the module.
  mlir::OwningOpRef<mlir::func::FuncOp> body;
};

/// The families of a module: functions with one `nnc.family` whose bodies are equal op by op but for constants and
/// sizes of register tiles that are, in every member, its number of one name in `nnc.family_args`. Others are no
/// family.
std::vector<Family> findFamilies(mlir::ModuleOp module);

} // namespace nnc::cpp
