/* The descriptor that a compiled program exports, and how its entries are called.
 *
 * The only header that code generation, generated code and the runtime share (C11). A structure or a number below
 * changes only together with NNC_ABI_MAJOR; the runtime refuses a descriptor whose magic or major differs.
 * RUNTIME.md explains the same in prose. */
#ifndef NNC_RUNTIME_ABI_NNC_ABI_H
#define NNC_RUNTIME_ABI_NNC_ABI_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NNC_ABI_MAGIC 0x31434E4Eu /* "NNC1" */
#define NNC_ABI_MAJOR 1
#define NNC_ABI_MINOR 0

typedef enum { NNC_OK, NNC_E_SIZE, NNC_E_FACT, NNC_E_INDEX, NNC_E_NONFINITE, NNC_E_CPU } nnc_status;
typedef enum { NNC_F32 = 1, NNC_F64, NNC_BF16, NNC_I32, NNC_I64, NNC_BOOL } nnc_dtype; /* bool: one byte, 0 or 1 */
typedef enum { NNC_PARAM = 1, NNC_STATE, NNC_SLOT, NNC_DERIVED } nnc_role; /* derived: packed copies, never saved */
typedef enum {
  NNC_INIT_CONSTANT = 1, /* init_args[0] */
  NNC_INIT_UNIFORM,      /* from init_args[0] to init_args[1] */
  NNC_INIT_NORMAL,       /* mean init_args[0], deviation init_args[1] */
  NNC_INIT_ORTHOGONAL,   /* gain init_args[0]; rows are the first axis, columns all others */
  NNC_INIT_VALUES        /* init_values: the logical tensor, row-major, in the tensor's dtype */
} nnc_init;
/* How the runtime finishes an output that is a partial sum. The output right behind it, `NAME.count`, is what to divide
 * by: sum/count, its square root, its exponential, or its value over ln 2. */
typedef enum { NNC_METRIC_NONE, NNC_METRIC_MEAN, NNC_METRIC_SQRT, NNC_METRIC_EXP, NNC_METRIC_BITS } nnc_metric;
typedef enum {
  NNC_FORWARD = 1,
  NNC_EVAL,
  NNC_LOSS,
  NNC_GRAD,
  NNC_STEP,
  NNC_ACCUMULATE,
  NNC_APPLY,
  NNC_PACK, /* no ports: rebuilds the derived tensors from the parameters; called after initialising or loading */
  NNC_DECODE
} nnc_kind;

/* A parameter, state, optimiser slot or derived copy: where it lies in the state block, and how it starts.
 * Everything but a derived tensor is stored in its logical, row-major layout. */
typedef struct {
  const char *name;       /* dotted path: "fc1.weight", "optimizer.fc1.weight.m", "fc1.weight.packed" */
  uint64_t offset, bytes; /* in the state block; offset is a multiple of 64 */
  const int64_t *dims;    /* `rank` constants */
  double init_args[2];
  const void *init_values; /* for NNC_INIT_VALUES, else null */
  int32_t owner;           /* of a slot or derived copy: index of its parameter in `tensors`, else -1 */
  uint8_t dtype, role, rank, init, trainable, decay;
} nnc_tensor;

typedef struct {
  const char *name;
  const int64_t *dims;       /* >= 0: constant; else ~index of a free size of the entry */
  const char *const *labels; /* names of the values of an input, or of the last axis of an output; else null */
  int64_t index_bound;       /* integer input: values are in [0, index_bound); also the number of labels. 0: no bound */
  uint8_t dtype, rank, metric, reserved;
} nnc_port;

typedef struct {
  const char *name;
  int64_t min, max; /* max < 0: unbounded */
} nnc_size;

typedef struct {
  const char *name; /* "optimizer.lr" */
  double value;     /* default; may be set when the program starts */
} nnc_setting;

/* What went wrong. `input` is the offending input or -1, `fact` the failed fact or -1. */
typedef struct {
  int32_t fact, input;
  int64_t value, limit;
  const char *where; /* "iris.nn:11:8 fc1", or null */
} nnc_error;

/* One call. Every pointer is owned by the caller; inputs, outputs, state and work are aligned to 64 bytes.
 * Outputs hold whole tensors at the sizes of the call. */
typedef struct {
  const int64_t *sizes;
  const void *const *inputs;
  void *const *outputs;
  void *state, *work;
  const double *scalars; /* what `scalars` wrote */
  const int64_t *sample; /* number of each example, for the keys of random draws */
  uint64_t seed;
  int64_t step;
  void (*barrier)(void *arg, int32_t tid); /* called only if threads > 1 */
  void *barrier_arg;
  nnc_error *error; /* may be written by run; never null */
} nnc_call;

typedef struct {
  const char *name;
  uint32_t kind, n_sizes, n_inputs, n_outputs, n_settings, n_scalars;
  const nnc_size *sizes;
  const nnc_port *inputs, *outputs;
  const nnc_setting *settings;
  /* Checks facts, bounds, overflow and the ranges of integer inputs; writes the bytes of workspace and the dims of all
   * outputs, one after the other (n = sum of their ranks). `inputs` may be null: then only the sizes are checked. */
  nnc_status (*prepare)(const int64_t *sizes, const void *const *inputs, uint64_t *work_bytes, int64_t *output_dims,
                        nnc_error *error);
  /* The scalars of one step from the settings; host code that may call libm. Null if there are none. */
  void (*scalars)(const double *settings, int64_t step, int64_t steps, int64_t steps_per_epoch, double *out);
  /* Called by every thread, tid from 0 to threads - 1. No allocation, no globals. In f32 programs the caller has set
   * flush-to-zero. */
  nnc_status (*run)(const nnc_call *call, int32_t tid, int32_t threads);
} nnc_entry;

typedef struct {
  uint32_t magic;
  uint16_t major, minor;
  const char *name;
  const char *cpu_features; /* comma-separated LLVM feature names, "+avx2,+fma"; compared when the program starts */
  const char *recipe;       /* datasets and training as one JSON document, see RUNTIME.md */
  uint64_t state_bytes;
  uint64_t structure_hash; /* FNV-1a 64 over name, dtype, dims and role of parameters, states and slots */
  uint32_t n_tensors, n_entries;
  const nnc_tensor *tensors;
  const nnc_entry *entries;
} nnc_model;

extern const nnc_model nnc_model_main;

#ifdef __cplusplus
}
#endif

#endif /* NNC_RUNTIME_ABI_NNC_ABI_H */
