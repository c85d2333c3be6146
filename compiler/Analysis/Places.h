// Where the values of a planned entry lie, for whoever turns names into addresses. It follows views: nn.slice,
// nn.split, nn.concat, and in the body of nn.scan the consts, the carries and the slices of xs. Works on nn.group and
// on nn.launch.
#pragma once
#include "compiler/Dialect/Nn.h"
#include "llvm/ADT/DenseMap.h"

namespace nnc {

// What nn-plan-memory puts on views and loops, beside `into` of groups:
/// nn.scan: for each carry its two buffers. Step k reads buffer k mod 2 and writes the other; the start lies in buffer
/// 0, the final carry in buffer steps mod 2.
inline constexpr llvm::StringLiteral kCarriesAttr = "nn.carries";
/// nn.scan: the place of each stacked result.
inline constexpr llvm::StringLiteral kStacksAttr = "nn.stacks";
/// nn.scan: a barrier behind the loop. Barriers inside of it are those of the groups of its body.
inline constexpr llvm::StringLiteral kScanBarrierAttr = "nn.barrier";
/// nn.concat: the place of the whole; its parts are computed in theirs.
inline constexpr llvm::StringLiteral kIntoAttr = "nn.into";

struct Place {
  enum Block {
    Input,  // argument `port` of the entry; scalars of the step too
    Output, // result `port` of the entry
    State,
    Work,
    StepNumber // t of `scan`: no memory but a number
  } block = Work;
  unsigned port = 0;
  nn::ScanOp scan; // of StepNumber

  /// Bytes from the start of the block, to which add up: `perStep` · t for each of `moving`, and
  /// `buffers[(k + next) mod 2]` for `pingPong`. Step k = 0, 1, … has t = k, or steps - 1 - k in a scan that is
  /// reversed.
  int64_t offset = 0;
  struct Moving {
    nn::ScanOp scan;
    int64_t perStep;
  };
  llvm::SmallVector<Moving, 1> moving;
  struct PingPong {
    nn::ScanOp scan;
    int64_t buffers[2];
    bool next; // the buffer that step k writes, not the one that it reads
  };
  std::optional<PingPong> pingPong;

  /// In elements, one for each dimension of the buffer; empty where a free size stands behind another: such a buffer
  /// has no parts.
  llvm::SmallVector<int64_t, 4> strides;
  /// The strides are those of a row-major buffer of its own.
  bool dense = true;

  /// A kernel can take a pointer to it, with nothing said about offset and strides: blocks of bytes have pointers to
  /// everywhere, ports only to their start.
  bool isPlain() const { return dense && (block == State || block == Work || (offset == 0 && moving.empty())); }
};

/// In elements, of the buffer of `type`; nothing if a size that is not the outermost is free.
std::optional<llvm::SmallVector<int64_t, 4>> rowMajorStrides(mlir::RankedTensorType type);

class Places {
public:
  explicit Places(nn::EntryOp entry) : entry(entry) {}
  /// Nothing if the plan does not say, or says what cannot be: a value inside a group, a group without `into`.
  std::optional<Place> of(mlir::Value value);
  /// Of the result of a group or a launch in the body of `scan` (none at entry level), whose `into` is `at`.
  std::optional<Place> at(nn::BufAttr at, mlir::RankedTensorType type, nn::ScanOp scan);

private:
  std::optional<Place> ofArgument(mlir::BlockArgument argument);
  std::optional<Place> ofResult(mlir::OpResult result);
  std::optional<Place> ofStack(nn::ScanOp scan, unsigned stack);
  std::optional<Place> ofCarry(nn::ScanOp scan, unsigned carry, bool final);

  nn::EntryOp entry;
};

} // namespace nnc
