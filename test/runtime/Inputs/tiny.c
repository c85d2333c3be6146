/* A linear classifier written by hand against the ABI: what the compiler would emit, small enough to read. The tests of
 * the runtime train, evaluate and run it without the compiler.
 *
 *   logits[b, c] = sum[i] x[b, i] * weight[c, i] + bias[c]      cross entropy, SGD with momentum, batch up to 16
 */
#include "runtime/abi/nnc_abi.h"
#include <math.h>
#include <stddef.h>
#include <string.h>

enum { In = 4, Classes = 3, Batch = 16 };

/* The state block; every tensor on a cache line. `packed` is the transposed weight: what NNC_PACK rebuilds. */
struct state {
  _Alignas(64) float weight[Classes][In];
  _Alignas(64) float bias[Classes];
  _Alignas(64) float weight_momentum[Classes][In];
  _Alignas(64) float bias_momentum[Classes];
  _Alignas(64) float packed[In][Classes];
};

struct work {
  float logits[Batch][Classes], gradient[Batch][Classes], loss[Batch];
  float right[Batch];
};

static const int64_t weight_dims[] = {Classes, In}, bias_dims[] = {Classes}, packed_dims[] = {In, Classes};
static const int64_t x_dims[] = {~0, In}, y_dims[] = {~0}, logits_dims[] = {~0, Classes};
static const char *const labels[] = {"low", "middle", "high"};

static const nnc_tensor tensors[] = {
    {"fc.weight",
     offsetof(struct state, weight),
     sizeof(float[Classes][In]),
     weight_dims,
     {-0.5, 0.5},
     NULL,
     -1,
     NNC_F32,
     NNC_PARAM,
     2,
     NNC_INIT_UNIFORM,
     1,
     1},
    {"fc.bias",
     offsetof(struct state, bias),
     sizeof(float[Classes]),
     bias_dims,
     {0, 0},
     NULL,
     -1,
     NNC_F32,
     NNC_PARAM,
     1,
     NNC_INIT_CONSTANT,
     1,
     0},
    {"optimizer.fc.weight.momentum",
     offsetof(struct state, weight_momentum),
     sizeof(float[Classes][In]),
     weight_dims,
     {0, 0},
     NULL,
     0,
     NNC_F32,
     NNC_SLOT,
     2,
     NNC_INIT_CONSTANT,
     0,
     0},
    {"optimizer.fc.bias.momentum",
     offsetof(struct state, bias_momentum),
     sizeof(float[Classes]),
     bias_dims,
     {0, 0},
     NULL,
     1,
     NNC_F32,
     NNC_SLOT,
     1,
     NNC_INIT_CONSTANT,
     0,
     0},
    {"fc.weight.packed",
     offsetof(struct state, packed),
     sizeof(float[In][Classes]),
     packed_dims,
     {0, 0},
     NULL,
     0,
     NNC_F32,
     NNC_DERIVED,
     2,
     NNC_INIT_CONSTANT,
     0,
     0},
};

static const nnc_port inputs[] = {
    {"x", x_dims, NULL, 0, NNC_F32, 2, NNC_METRIC_NONE, 0},
    {"y", y_dims, labels, Classes, NNC_I32, 1, NNC_METRIC_NONE, 0},
};
static const nnc_port forward_outputs[] = {{"logits", logits_dims, NULL, 0, NNC_F32, 2, NNC_METRIC_NONE, 0}};
static const nnc_port eval_outputs[] = {
    {"loss", NULL, NULL, 0, NNC_F32, 0, NNC_METRIC_MEAN, 0},
    {"loss.count", NULL, NULL, 0, NNC_F32, 0, 0, 0},
    {"accuracy", NULL, NULL, 0, NNC_F32, 0, NNC_METRIC_MEAN, 0},
    {"accuracy.count", NULL, NULL, 0, NNC_F32, 0, 0, 0},
};
static const nnc_port loss_outputs[] = {
    {"loss", NULL, NULL, 0, NNC_F32, 0, 0, 0},
    {"loss.cross_entropy", NULL, NULL, 0, NNC_F32, 0, NNC_METRIC_MEAN, 0},
    {"loss.cross_entropy.count", NULL, NULL, 0, NNC_F32, 0, 0, 0},
};
static const nnc_port grad_outputs[] = {
    {"loss", NULL, NULL, 0, NNC_F32, 0, 0, 0},
    {"loss.cross_entropy", NULL, NULL, 0, NNC_F32, 0, NNC_METRIC_MEAN, 0},
    {"loss.cross_entropy.count", NULL, NULL, 0, NNC_F32, 0, 0, 0},
    {"grad.fc.weight", weight_dims, NULL, 0, NNC_F32, 2, 0, 0},
    {"grad.fc.bias", bias_dims, NULL, 0, NNC_F32, 1, 0, 0},
};
static const nnc_port step_outputs[] = {
    {"loss", NULL, NULL, 0, NNC_F32, 0, 0, 0},
    {"loss.cross_entropy", NULL, NULL, 0, NNC_F32, 0, NNC_METRIC_MEAN, 0},
    {"loss.cross_entropy.count", NULL, NULL, 0, NNC_F32, 0, 0, 0},
    {"grad_norm", NULL, NULL, 0, NNC_F32, 0, 0, 0},
    {"finite", NULL, NULL, 0, NNC_F32, 0, 0, 0},
};
static const nnc_size sizes[] = {{"B", 1, Batch}};
static const nnc_setting settings[] = {{"optimizer.lr", 0.1}};

static nnc_status prepare(const int64_t *size, const void *const *in, uint64_t *work_bytes, int64_t *dims, int labelled,
                          nnc_error *error) {
  if (size[0] < 1 || size[0] > Batch) {
    error->value = size[0];
    error->limit = Batch;
    error->where = "tiny.nn:3:7";
    return NNC_E_SIZE;
  }
  *work_bytes = sizeof(struct work);
  (void)dims;
  for (int64_t b = 0; in && labelled && b < size[0]; ++b) {
    int32_t y = ((const int32_t *)in[1])[b];
    if (y < 0 || y >= Classes) {
      error->input = 1;
      error->value = y;
      error->limit = Classes;
      return NNC_E_INDEX;
    }
  }
  return NNC_OK;
}
static nnc_status prepare_forward(const int64_t *size, const void *const *in, uint64_t *bytes, int64_t *dims,
                                  nnc_error *error) {
  dims[0] = size[0];
  dims[1] = Classes;
  return prepare(size, in, bytes, dims, 0, error);
}
static nnc_status prepare_labelled(const int64_t *size, const void *const *in, uint64_t *bytes, int64_t *dims,
                                   nnc_error *error) {
  return prepare(size, in, bytes, dims, 1, error);
}
static nnc_status prepare_grad(const int64_t *size, const void *const *in, uint64_t *bytes, int64_t *dims,
                               nnc_error *error) {
  dims[0] = Classes;
  dims[1] = In;
  dims[2] = Classes;
  return prepare(size, in, bytes, dims, 1, error);
}
static nnc_status prepare_nothing(const int64_t *size, const void *const *in, uint64_t *bytes, int64_t *dims,
                                  nnc_error *error) {
  (void)size, (void)in, (void)dims, (void)error;
  *bytes = 0;
  return NNC_OK;
}

static void barrier(const nnc_call *call, int32_t tid, int32_t threads) {
  if (threads > 1)
    call->barrier(call->barrier_arg, tid);
}

/* Rows of the batch, dealt out one by one. */
static void logits(const nnc_call *call, float (*out)[Classes], int32_t tid, int32_t threads) {
  const struct state *state = call->state;
  const float (*x)[In] = call->inputs[0];
  for (int64_t b = tid; b < call->sizes[0]; b += threads)
    for (int c = 0; c < Classes; ++c) {
      float sum = state->bias[c];
      for (int i = 0; i < In; ++i)
        sum = fmaf(x[b][i], state->packed[i][c], sum);
      out[b][c] = sum;
    }
}

static void losses(const nnc_call *call, int32_t tid, int32_t threads) {
  struct work *work = call->work;
  const int32_t *y = call->inputs[1];
  logits(call, work->logits, tid, threads);
  for (int64_t b = tid; b < call->sizes[0]; b += threads) {
    const float *z = work->logits[b];
    int best = 0;
    for (int c = 1; c < Classes; ++c)
      if (z[c] > z[best])
        best = c;
    float sum = 0;
    for (int c = 0; c < Classes; ++c)
      sum += expf(z[c] - z[best]);
    float lse = z[best] + logf(sum);
    work->loss[b] = lse - z[y[b]];
    work->right[b] = best == y[b];
    for (int c = 0; c < Classes; ++c)
      work->gradient[b][c] = (expf(z[c] - lse) - (c == y[b])) / (float)call->sizes[0];
  }
  barrier(call, tid, threads);
}

static float sum(const float *values, int64_t count) {
  float total = 0;
  for (int64_t i = 0; i < count; ++i)
    total += values[i];
  return total;
}

static void put(const nnc_call *call, int output, float value) { *(float *)call->outputs[output] = value; }

static void put_loss(const nnc_call *call) {
  const struct work *work = call->work;
  float total = sum(work->loss, call->sizes[0]), count = (float)call->sizes[0];
  put(call, 0, total / count);
  put(call, 1, total);
  put(call, 2, count);
}

static void gradients(const nnc_call *call, float (*weight)[In], float *bias) {
  const struct work *work = call->work;
  const float (*x)[In] = call->inputs[0];
  for (int c = 0; c < Classes; ++c) {
    bias[c] = 0;
    for (int i = 0; i < In; ++i)
      weight[c][i] = 0;
    for (int64_t b = 0; b < call->sizes[0]; ++b) {
      bias[c] += work->gradient[b][c];
      for (int i = 0; i < In; ++i)
        weight[c][i] = fmaf(work->gradient[b][c], x[b][i], weight[c][i]);
    }
  }
}

static nnc_status run_forward(const nnc_call *call, int32_t tid, int32_t threads) {
  logits(call, call->outputs[0], tid, threads);
  return NNC_OK;
}

static nnc_status run_eval(const nnc_call *call, int32_t tid, int32_t threads) {
  losses(call, tid, threads);
  const struct work *work = call->work;
  if (tid == 0) {
    put(call, 0, sum(work->loss, call->sizes[0]));
    put(call, 1, (float)call->sizes[0]);
    put(call, 2, sum(work->right, call->sizes[0]));
    put(call, 3, (float)call->sizes[0]);
  }
  return NNC_OK;
}

static nnc_status run_loss(const nnc_call *call, int32_t tid, int32_t threads) {
  losses(call, tid, threads);
  if (tid == 0)
    put_loss(call);
  return NNC_OK;
}

static nnc_status run_grad(const nnc_call *call, int32_t tid, int32_t threads) {
  losses(call, tid, threads);
  if (tid == 0) {
    put_loss(call);
    gradients(call, call->outputs[3], call->outputs[4]);
  }
  return NNC_OK;
}

static void pack(struct state *state) {
  for (int c = 0; c < Classes; ++c)
    for (int i = 0; i < In; ++i)
      state->packed[i][c] = state->weight[c][i];
}

static void update(float *value, float *momentum, float gradient, float lr) {
  *momentum = 0.9f * *momentum + gradient;
  *value -= lr * *momentum;
}

static nnc_status run_step(const nnc_call *call, int32_t tid, int32_t threads) {
  struct state *state = call->state;
  losses(call, tid, threads);
  if (tid != 0)
    return NNC_OK;
  float weight[Classes][In], bias[Classes], square = 0;
  put_loss(call);
  gradients(call, weight, bias);
  for (int c = 0; c < Classes; ++c) {
    square += bias[c] * bias[c];
    for (int i = 0; i < In; ++i)
      square += weight[c][i] * weight[c][i];
  }
  put(call, 3, sqrtf(square));
  put(call, 4, isfinite(square) ? 1.0f : 0.0f);
  if (!isfinite(square))
    return NNC_OK;
  float lr = (float)call->scalars[0];
  for (int c = 0; c < Classes; ++c) {
    update(&state->bias[c], &state->bias_momentum[c], bias[c], lr);
    for (int i = 0; i < In; ++i)
      update(&state->weight[c][i], &state->weight_momentum[c][i], weight[c][i], lr);
  }
  pack(state);
  return NNC_OK;
}

static nnc_status run_pack(const nnc_call *call, int32_t tid, int32_t threads) {
  (void)threads;
  if (tid == 0)
    pack(call->state);
  return NNC_OK;
}

static void scalars(const double *setting, int64_t step, int64_t steps, int64_t steps_per_epoch, double *out) {
  (void)step, (void)steps, (void)steps_per_epoch;
  out[0] = setting[0];
}

static const nnc_entry entries[] = {
    {"forward", NNC_FORWARD, 1, 1, 1, 0, 0, sizes, inputs, forward_outputs, NULL, prepare_forward, NULL, run_forward},
    {"eval", NNC_EVAL, 1, 2, 4, 0, 0, sizes, inputs, eval_outputs, NULL, prepare_labelled, NULL, run_eval},
    {"loss", NNC_LOSS, 1, 2, 3, 0, 0, sizes, inputs, loss_outputs, NULL, prepare_labelled, NULL, run_loss},
    {"grad", NNC_GRAD, 1, 2, 5, 0, 0, sizes, inputs, grad_outputs, NULL, prepare_grad, NULL, run_grad},
    {"step", NNC_STEP, 1, 2, 5, 1, 1, sizes, inputs, step_outputs, settings, prepare_labelled, scalars, run_step},
    {"pack", NNC_PACK, 0, 0, 0, 0, 0, NULL, NULL, NULL, NULL, prepare_nothing, NULL, run_pack},
};

static const char recipe[] =
    "{\"version\":1,\"source\":\"tiny.nn\",\"source_hash\":\"0123456789abcdef\","
    "\"build\":{\"version\":\"0.1.0\",\"target\":\"x86-64\",\"opt\":\"O2\"},\"flops\":{\"forward\":[\"mul\",24,\"B\"]},"
    "\"dims\":{\"Level\":[\"low\",\"middle\",\"high\"]},"
    "\"datasets\":[{\"name\":\"levels\",\"source\":[\"csv\",\"levels.csv\"],\"at\":\"tiny.nn:2:1\",\"fields\":["
    "{\"name\":\"x\",\"dtype\":\"f32\",\"dims\":[4],\"dim\":null,\"at\":\"tiny.nn:3:3\",\"expr\":[\"standardize\","
    "[\"list\",[\"column\",\"a\"],[\"column\",\"b\"],[\"column\",\"c\"],[\"div\",[\"column\",\"d\"],[\"number\",10]]]]}"
    ","
    "{\"name\":\"y\",\"dtype\":\"i32\",\"dims\":[],\"dim\":\"Level\",\"at\":\"tiny.nn:4:3\","
    "\"expr\":[\"label\",\"Level\",[\"column\",\"level\"]]}],"
    "\"split\":{\"train\":0.6,\"valid\":0.2,\"test\":0.2,\"stratify\":\"y\",\"seed\":0,\"at\":\"tiny.nn:5:3\"}}],"
    "\"train\":{\"model\":\"Tiny\",\"dataset\":\"levels\",\"batch\":16,\"epochs\":20,\"seed\":0,\"shuffle\":true,"
    "\"loss\":[\"cross_entropy\"],\"metrics\":[{\"name\":\"accuracy\",\"finish\":\"mean\"}],"
    "\"optimizer\":{\"kind\":\"sgd\"},\"at\":\"tiny.nn:8:1\"}}";

const nnc_model nnc_model_main = {
    NNC_ABI_MAGIC, NNC_ABI_MAJOR, NNC_ABI_MINOR, "Tiny", "sse2", recipe, sizeof(struct state), 0x1234, 5, 6,
    tensors,       entries};
