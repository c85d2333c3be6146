#include "codegen/Target/Cpp/Abi.h"
#include "codegen/Target/Cpp/Layout.h"
#include "codegen/Target/Cpp/Names.h"
#include "llvm/ADT/SmallVector.h"

using llvm::StringRef;

namespace nnc::cpp {
namespace {

struct Constant {
  StringRef name;
  unsigned value;
};

// The numbers of nnc_abi.h by name.
constexpr Constant constants[] = {{"NNC_F32", 1},           {"NNC_F64", 2},
                                  {"NNC_BF16", 3},          {"NNC_I32", 4},
                                  {"NNC_I64", 5},           {"NNC_BOOL", 6},
                                  {"NNC_PARAM", 1},         {"NNC_STATE", 2},
                                  {"NNC_SLOT", 3},          {"NNC_DERIVED", 4},
                                  {"NNC_INIT_CONSTANT", 1}, {"NNC_INIT_UNIFORM", 2},
                                  {"NNC_INIT_NORMAL", 3},   {"NNC_INIT_ORTHOGONAL", 4},
                                  {"NNC_INIT_VALUES", 5},   {"NNC_METRIC_NONE", 0},
                                  {"NNC_METRIC_MEAN", 1},   {"NNC_METRIC_SQRT", 2},
                                  {"NNC_METRIC_EXP", 3},    {"NNC_METRIC_BITS", 4},
                                  {"NNC_FORWARD", 1},       {"NNC_EVAL", 2},
                                  {"NNC_LOSS", 3},          {"NNC_GRAD", 4},
                                  {"NNC_STEP", 5},          {"NNC_ACCUMULATE", 6},
                                  {"NNC_APPLY", 7},         {"NNC_PACK", 8},
                                  {"NNC_DECODE", 9}};

constexpr StringRef structures =
    R"(using i32 = std::int32_t; using i64 = std::int64_t; using u8 = std::uint8_t; using u16 = std::uint16_t;
using u32 = std::uint32_t; using u64 = std::uint64_t;
enum nnc_status : i32 { NNC_OK, NNC_E_SIZE, NNC_E_FACT, NNC_E_INDEX };
struct nnc_error { i32 fact, input; i64 value, limit; const char *where; };
struct nnc_call {
  const i64 *sizes; const void *const *inputs; void *const *outputs; void *state, *work; const double *scalars;
  const i64 *sample; u64 seed; i64 step; void (*barrier)(void *arg, i32 tid); void *barrier_arg; nnc_error *error; };
struct nnc_tensor { const char *name; u64 offset, bytes; const i64 *dims; double init_args[2]; const void *init_values;
  i32 owner; u8 dtype, role, rank, init, trainable, decay; };
struct nnc_port { const char *name; const i64 *dims; const char *const *labels; i64 index_bound;
  u8 dtype, rank, metric, reserved; };
struct nnc_size { const char *name; i64 min, max; };
struct nnc_entry {
  const char *name; u32 kind, n_sizes, n_inputs, n_outputs, n_settings, n_scalars; const nnc_size *sizes;
  const nnc_port *inputs, *outputs; const nnc_setting *settings;
  nnc_status (*prepare)(const i64 *sizes, const void *const *inputs, u64 *bytes, i64 *dims, nnc_error *error);
  void (*scalars)(const double *settings, i64 step, i64 steps, i64 steps_per_epoch, double *out);
  nnc_status (*run)(const nnc_call *call, i32 tid, i32 threads); };
struct nnc_model { u32 magic; u16 major, minor; const char *name, *cpu_features, *recipe; u64 state_bytes, structure_hash;
  u32 n_tensors, n_entries; const nnc_tensor *tensors; const nnc_entry *entries; };
template <i64... sizes> static constexpr i64 dims[] = {sizes...};
)";

} // namespace

std::string structs(StringRef tables) {
  std::string text = structures.str(), line = "enum {";
  if (mentions(tables, "nnc_setting"))
    text.insert(text.find("struct nnc_entry"), "struct nnc_setting { const char *name; double value; };\n");
  else
    text.replace(text.find("nnc_setting"), StringRef("nnc_setting").size(), "void");
  bool first = true;
  for (const Constant &constant : constants) {
    if (!mentions(tables, constant.name))
      continue;
    std::string word = constant.name.str() + " = " + std::to_string(constant.value);
    line += first ? " " : ",";
    if (line.size() + word.size() + 4 > Layout::columns) {
      text += line + "\n";
      line = " ";
    }
    line += (first ? "" : " ") + word;
    first = false;
  }
  return first ? text : text + line + " };\n";
}

} // namespace nnc::cpp
