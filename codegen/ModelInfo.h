// What the descriptor of runtime/abi/nnc_abi.h says about a model, collected from the planned module. Only
// ModelInfo.cpp, ModelConstants.cpp and EntryFunctions.cpp know the layout of the ABI.
#pragma once

#include "compiler/Dialect/Dims.h"
#include "compiler/Target/TargetInfo.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <string>
#include <vector>

namespace nnc {

struct TensorInfo {
  std::string name;
  uint64_t offset = 0, bytes = 0;
  std::vector<int64_t> dims;     // logical
  std::vector<int64_t> physical; // of the buffer
  double initArgs[2] = {0, 0};
  std::vector<char> initValues; // logical, row-major
  int32_t owner = -1;
  uint8_t dtype = 0, role = 0, init = 0;
  bool trainable = false, decay = false;
};

struct PortInfo {
  std::string name;
  std::vector<nn::SizeExpr> shape;
  std::vector<std::string> labels;
  int64_t indexBound = 0;
  uint8_t dtype = 0, metric = 0;
};

struct FreeSize {
  std::string name;
  int64_t min = 1, max = -1;
};

struct SettingInfo {
  std::string name;
  double value = 0;
};

/// A relation of sizes that `prepare` checks.
enum class Relation { equal, unequal, atMost };
struct FactInfo {
  nn::SizeExpr left, right;
  Relation relation = Relation::atMost;
  std::string where; // place and words of the program
};

struct EntryInfo {
  std::string name;
  uint32_t kind = 0;
  std::vector<FreeSize> sizes;
  std::vector<PortInfo> inputs, outputs;
  std::vector<SettingInfo> settings;
  nn::SizeForms forms;
  std::vector<FactInfo> facts;
  uint32_t scalars = 0;
  bool doublePrecision = false; // of the scalars as the entry takes them
  uint64_t workBytes = 0;
};

struct ModelInfo {
  std::string name, cpuFeatures, recipe;
  uint64_t stateBytes = 0, structureHash = 0;
  std::vector<TensorInfo> tensors;
  std::vector<EntryInfo> entries;
};

/// Reads a module after phase `planned`: offsets and workspaces are known. Emits an error at the op that lacks
/// something.
mlir::FailureOr<ModelInfo> collectModelInfo(mlir::ModuleOp module, const TargetInfo &target, llvm::StringRef recipe);

/// Adds `run`, `prepare` and `scalars` of each entry, the barrier, and the constant `nnc_model_main`, to a module that
/// holds the entries themselves. Fails if an entry's function is not there.
llvm::Error addDescriptor(llvm::Module &module, const ModelInfo &model);

namespace detail {
/// The functions of one entry; null where the ABI says so.
struct EntryFunctions {
  llvm::Constant *prepare, *scalars, *run;
};
llvm::Expected<EntryFunctions> addEntryFunctions(llvm::Module &module, const EntryInfo &entry);
/// A size of a port as the ABI has it: a constant, or ~index of a free size; nothing if it is neither.
inline std::optional<int64_t> portDim(const nn::SizeExpr &size, const EntryInfo &entry) {
  if (std::optional<int64_t> value = size.asConstant())
    return value;
  std::optional<mlir::StringAttr> free = nn::freeSize(size, entry.forms);
  for (size_t i = 0; i < entry.sizes.size(); ++i)
    if (free && free->getValue() == entry.sizes[i].name)
      return ~static_cast<int64_t>(i);
  return std::nullopt;
}
} // namespace detail

} // namespace nnc
