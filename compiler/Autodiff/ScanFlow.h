// Which values of a scan's body take part in a derivative: a fixpoint over its carries.
#pragma once

#include "compiler/Autodiff/Activity.h"

namespace nnc::autodiff {

class ScanFlow {
public:
  explicit ScanFlow(nn::ScanOp scan);

  /// For each result of the scan the operands on which it depends, through any number of steps.
  Flow ofResults() const;

  /// What is active inside, given the operands that are and the results that have a cotangent.
  struct Active {
    llvm::SmallVector<unsigned> arguments; // of the body, that vary
    llvm::SmallVector<unsigned> yields;    // of the body, that are of use

    bool isCarry(const ScanFlow &flow, unsigned carry) const {
      return llvm::is_contained(arguments, flow.carryArgument(carry)) && llvm::is_contained(yields, carry);
    }
  };
  Active active(llvm::function_ref<bool(unsigned)> operand, llvm::function_ref<bool(unsigned)> result) const;

  /// The body's argument of carry i, as a number.
  unsigned carryArgument(unsigned carry) const { return 1 + consts + carry; }

private:
  unsigned consts, carries;
  Flow yields; // for each value that the body yields the body's arguments on which it depends, within one step
};

} // namespace nnc::autodiff
