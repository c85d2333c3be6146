// The evaluator: what an entry computes, slowly and obviously. It is the judge of every other path, so it shares no
// code with folding, planning or lowering. Any module from phase nn to planned will do: groups are evaluated by
// recursion, layouts have no influence on values.
//
// The scalar decides the precision of all floats: float gives the bits of SPEC.md where an op's order is exact, double
// the truth, Dual a derivative along one direction.
#pragma once

#include "compiler/Dialect/Dims.h"
#include "compiler/Reference/Scalar.h"
#include "compiler/Reference/Tensor.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Support/LLVM.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace nnc::reference {

template <class S> using TensorMap = std::map<std::string, Tensor<S>>;

template <class S> struct EntryArguments {
  TensorMap<S> inputs;                   // by nn.name
  TensorMap<S> state;                    // parameters, states and slots by symbol; derived copies are not needed
  std::map<std::string, double> scalars; // by nn.scalar
  nn::SizeBindings sizes;                // free sizes; those missing are read off the inputs
  uint64_t seed = 0;                     // of what is drawn at random
  int64_t step = 0;                      // which step this is: it draws anew
  int64_t firstSample = 0;               // number of the batch's first example
};

template <class S> struct EntryResults {
  std::vector<std::pair<std::string, Tensor<S>>> outputs; // in the entry's order
  TensorMap<S> updates;                                   // by symbol
};

/// Evaluates one entry. Failures (a missing input, a fact that does not hold, an index out of range) are reported at
/// the entry or the op.
template <class S>
mlir::LogicalResult evaluateEntry(mlir::ModuleOp module, llvm::StringRef entry, const EntryArguments<S> &arguments,
                                  EntryResults<S> &results);

/// Evaluates a host function of plain f64 arithmetic, such as @step.scalars: settings by name (those missing have
/// their default), then step, steps and steps per epoch.
mlir::FailureOr<std::vector<double>> evaluateScalars(mlir::ModuleOp module, llvm::StringRef function,
                                                     const std::map<std::string, double> &settings, int64_t step,
                                                     int64_t steps, int64_t stepsPerEpoch);

/// The initial value of every parameter, state and slot that is a constant or a list of values; the random kinds are
/// drawn from `seed` by a generator of this evaluator (not the one of compiled programs).
template <class S> TensorMap<S> initialState(mlir::ModuleOp module, uint64_t seed);

/// Random inputs for an entry whose free sizes are `sizes`: floats in [-1, 1), integers below their bound.
template <class S>
mlir::FailureOr<TensorMap<S>> randomInputs(mlir::ModuleOp module, llvm::StringRef entry, const nn::SizeBindings &sizes,
                                           uint64_t seed);

} // namespace nnc::reference
