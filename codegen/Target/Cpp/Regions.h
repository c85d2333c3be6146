// What the bytes of the state block and of a workspace are called in the printed file: members of `struct State`, and
// addresses at offsets.
#pragma once

#include "codegen/ModelInfo.h"
#include "codegen/Target/Cpp/Layout.h"
#include "mlir/IR/BuiltinTypes.h"

namespace nnc::cpp {

class Regions {
public:
  /// Fails if the tensors overlap, or do not lie as the ABI says.
  static llvm::Expected<Regions> create(const ModelInfo &model);

  /// `struct State`, with the proof that the compiler puts each member where the descriptor says.
  void print(Layout &out) const;
  /// The member of a tensor, by its number in ModelInfo.
  const std::string &member(size_t tensor) const { return members[tensor].name; }

  /// A view of a block at a constant offset, as a pointer to its rows: "state->fc1_weight", "at<float[64]>(work,
  /// 1024)".
  std::string view(llvm::StringRef argument, bool isState, int64_t offset, mlir::MemRefType type) const;

private:
  struct Member {
    std::string name, type, comment;
    llvm::SmallVector<int64_t> shape; // of the buffer; a number is an array of one
    int64_t offset = 0, bytes = 0, gap = 0, elementBytes = 1;
    std::string gapName;
  };
  llvm::Error findGaps();
  std::string declaration(const Member &member) const;

  std::vector<Member> members; // as in ModelInfo
  std::vector<size_t> order;   // by offset
  int64_t bytes = 0;
};

} // namespace nnc::cpp
