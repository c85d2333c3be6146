// The backward scan of an nn.scan while it is built: it runs against the forward one, and its body computes a step
// again from the carries that came into it, then the cotangents of what the step read.
#pragma once

#include "compiler/Autodiff/Reverse.h"
#include "compiler/Autodiff/ScanFlow.h"
#include "compiler/Autodiff/ScanStacks.h"

#include "mlir/IR/IRMapping.h"

namespace nnc::autodiff {

/// A value of the body for all steps: a stack with time at `axis`.
struct Stacked {
  bool own;        // a stack that the backward scan makes, not one that it reads
  unsigned number; // among those
  int64_t axis;
};

class BackwardScan {
public:
  BackwardScan(Site &site, nn::ScanOp forward);

  /// Fills the body: the step again, then reverse mode over it.
  void differentiateBody();
  /// The cotangent of one of the body's arguments for consts, carries or slices, in one step; null if zero.
  mlir::Value cotangentOf(mlir::BlockArgument forwardArgument) const;

  /// Adds the parts up, in every step; returns the number of the carry that holds the sum over the steps.
  unsigned accumulate(llvm::ArrayRef<mlir::Value> parts);
  /// Stacks `value` of the body over all steps, time at `axis`.
  Stacked stack(mlir::Value value, int64_t axis);
  /// Finds `value` of the body in a stack that exists, or stacks it. Nothing for a const of the scan.
  std::optional<Stacked> stackedOf(mlir::Value value);

  /// Removes what the body does not use, gives the forward scan the stacks of its carries, and creates the op.
  void create();
  /// After create: the final value of a carry, the cotangent of a start of the forward scan, a stack.
  mlir::Value finalCarry(unsigned carry) { return created.finalCarries()[carry]; }
  mlir::Value cotangentOfStart(unsigned forwardCarry);
  mlir::Value valueOf(const Stacked &piece);

private:
  struct Port {
    mlir::BlockArgument argument; // null once it is removed
    mlir::Value operand;          // null: the stack of a carry of the forward scan, as long as that does not exist
    int64_t axis = 0;
    unsigned carry = 0;
    bool readOutside = false; // by what follows the scan
  };
  struct Carry {
    mlir::BlockArgument argument;
    mlir::Value start, next;
    std::optional<unsigned> forward; // the forward carry whose cotangent this is
  };

  void addArguments();
  static void removeUnused(mlir::Block &body, llvm::SmallVector<Port> &ports);
  void stackForwardCarries();
  nn::YieldOp yield();

  Site &site;
  nn::ScanOp forward;
  ScanFlow flow;
  ScanFlow::Active active;
  mlir::Region region;
  mlir::Block &body;
  mlir::IRMapping mapping; // from the forward body to this one
  Cotangents cotangents;
  llvm::SmallVector<Port> consts, slices;
  llvm::SmallVector<Carry> carries;
  llvm::SmallVector<StackedYield> stacks;
  llvm::SmallVector<std::pair<unsigned, mlir::BlockArgument>> stackCotangents; // by result of the forward scan
  nn::ScanOp created;
};

} // namespace nnc::autodiff
