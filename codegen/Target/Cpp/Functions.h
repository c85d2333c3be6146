// Functions of a kernel module: signatures, bodies, and what the file around them wants to know.
#pragma once

#include "codegen/Target/Cpp/Families.h"
#include "codegen/Target/Cpp/Layout.h"
#include "codegen/Target/Cpp/Names.h"
#include "codegen/Target/Cpp/Prelude.h"
#include "codegen/Target/Cpp/Statements.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Support/Error.h"

namespace nnc::cpp {

class KernelPrinter {
public:
  /// `external`: private functions that are not inlined are extern "C" under the name of their symbol (tests).
  /// `plant`: a bug to plant.
  KernelPrinter(mlir::ModuleOp module, const TargetInfo &target, ViewPrinter views, bool external,
                llvm::StringRef plant = "");

  /// The functions in an order in which each is printed before it is called.
  std::vector<mlir::func::FuncOp> order();
  /// Prints the definition of a function. The module's constants are printed by `constants`.
  llvm::Error print(mlir::func::FuncOp function, Layout &out);
  void constants(Layout &out);

  std::string nameOf(mlir::func::FuncOp function) const { return functionNames.lookup(function); }
  /// A parameter's type without its name: `const float (*)[64]`.
  std::string parameterType(mlir::func::FuncOp function, unsigned index) const;
  /// The parameter under another name.
  std::string parameter(mlir::func::FuncOp function, unsigned index, const std::string &name) const;
  /// Names of the whole file.
  Names &names() { return fileNames; }
  Prelude &prelude() { return helpers; }

private:
  void findConstArguments();
  void findSharedArguments();
  void nameFunctions();
  bool mayDrop(mlir::func::FuncOp function) const;
  void drop(mlir::func::FuncOp function, unsigned index);
  std::string partName(llvm::StringRef symbol);
  llvm::Error printBody(mlir::func::FuncOp function, const Family *family, Layout &out);
  /// What a draft of a function found: the words of its text, the values that it asked for by name.
  struct Draft {
    bool isComplete = true; // else nothing may be left out for not being in `live`
    llvm::StringSet<> words;
    llvm::DenseSet<mlir::Value> live;
  };
  llvm::Error printOnce(mlir::func::FuncOp function, const Family *family, const Draft *known, Draft &next,
                        Layout &out);
  std::string resultName(mlir::func::FuncOp function, unsigned index) const;
  std::string parameterName(mlir::func::FuncOp function, unsigned index) const;
  std::string resultType(mlir::func::FuncOp function, Layout &out) const;
  std::string linkage(mlir::func::FuncOp function) const;

  mlir::ModuleOp module;
  Prelude helpers;
  ViewPrinter views;
  bool external;
  Names fileNames;
  std::vector<Family> families;
  llvm::DenseMap<mlir::Operation *, const Family *> familyOf;
  llvm::DenseMap<mlir::Operation *, std::string> functionNames;
  llvm::DenseSet<std::pair<mlir::Operation *, unsigned>> dropped; // parameters that a body does not use
  llvm::DenseSet<mlir::Value> written;                            // buffers among the arguments that somebody writes
  llvm::DenseSet<mlir::Value> shared;                             // and those that a call names twice
};

/// Is it written where it is called: mathematics, reductions, register tiles.
bool isInline(mlir::func::FuncOp function);

} // namespace nnc::cpp
