#include "codegen/Target/Cpp/Abi.h"

namespace nnc::cpp {

llvm::StringRef structs() {
  return R"(enum nnc_status : i32 { NNC_OK, NNC_E_SIZE, NNC_E_FACT, NNC_E_INDEX, NNC_E_NONFINITE, NNC_E_CPU };
enum : u8 { NNC_F32 = 1, NNC_F64, NNC_BF16, NNC_I32, NNC_I64, NNC_BOOL };
enum : u8 { NNC_PARAM = 1, NNC_STATE, NNC_SLOT, NNC_DERIVED };
enum : u8 { NNC_INIT_CONSTANT = 1, NNC_INIT_UNIFORM, NNC_INIT_NORMAL, NNC_INIT_ORTHOGONAL, NNC_INIT_VALUES };
enum : u8 { NNC_METRIC_NONE, NNC_METRIC_MEAN, NNC_METRIC_SQRT, NNC_METRIC_EXP, NNC_METRIC_BITS };
enum : u32 { NNC_FORWARD = 1, NNC_EVAL, NNC_LOSS, NNC_GRAD, NNC_STEP, NNC_ACCUMULATE, NNC_APPLY, NNC_PACK, NNC_DECODE };
struct nnc_error { i32 fact, input; i64 value, limit; const char *where; };
struct nnc_call {
  const i64 *sizes; const void *const *inputs; void *const *outputs; void *state, *work; const double *scalars;
  const i64 *sample; u64 seed; i64 step; void (*barrier)(void *arg, i32 tid); void *barrier_arg; nnc_error *error;
};
struct nnc_tensor {
  const char *name; u64 offset, bytes; const i64 *dims; double init_args[2]; const void *init_values; i32 owner;
  u8 dtype, role, rank, init, trainable, decay;
};
struct nnc_port {
  const char *name; const i64 *dims; const char *const *labels; i64 index_bound; u8 dtype, rank, metric, reserved;
};
struct nnc_size { const char *name; i64 min, max; };
struct nnc_setting { const char *name; double value; };
struct nnc_entry {
  const char *name; u32 kind, n_sizes, n_inputs, n_outputs, n_settings, n_scalars; const nnc_size *sizes;
  const nnc_port *inputs, *outputs; const nnc_setting *settings;
  nnc_status (*prepare)(const i64 *sizes, const void *const *inputs, u64 *bytes, i64 *dims, nnc_error *error);
  void (*scalars)(const double *settings, i64 step, i64 steps, i64 steps_per_epoch, double *out);
  nnc_status (*run)(const nnc_call *call, i32 tid, i32 threads);
};
struct nnc_model {
  u32 magic; unsigned short major, minor; const char *name, *cpu_features, *recipe; u64 state_bytes, structure_hash;
  u32 n_tensors, n_entries; const nnc_tensor *tensors; const nnc_entry *entries;
};
template <i64... sizes> static constexpr i64 dims[] = {sizes...};
)";
}

} // namespace nnc::cpp
