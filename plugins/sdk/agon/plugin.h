/* SPDX-License-Identifier: MIT
 *
 * agon/plugin.h: the C ABI between the Agon harness (the host) and a learning rule (a plugin).
 * Valid C11 and C++20; needs <stddef.h> and <stdint.h> only. Rule authors normally use agon/rule.h,
 * the C++ layer over this file.
 *
 * Contract
 *  - A plugin is a shared object that exports exactly one symbol, agon_plugin_v1. It returns static
 *    data, allocates nothing and starts nothing.
 *  - Every struct that crosses starts with struct_size and only ever grows at its end; a reader
 *    touches a field only if it lies inside struct_size. agon_mat and agon_cmat are frozen for v1.
 *  - The host owns epochs, shuffling, minibatches, budget, evaluation and the clock. A rule owns its
 *    model: what create() returns, only destroy() frees. No allocation crosses the boundary.
 *  - Inputs are read-only. predict() and every read function leave learnt state as it was: calling
 *    twice gives the same bytes.
 *  - All randomness comes from agon_task.seed through the host's counter-based streams
 *    (agon_kernels.random_uniform, random_normal).
 *  - A rule does not write to stdout, exit, install signal handlers, start threads, or change the
 *    floating-point mode. It polls should_stop() at least every 10 ms of work.
 *  - Text is UTF-8 and static.
 *
 * Thread tags: [model] no two calls on one model at once, different models may run concurrently (so
 * no mutable globals); [any] callable from any thread inside a call.
 */
/* clang-format off: a contract that is laid out by hand, what a member means stands beside it. */
#ifndef AGON_PLUGIN_H_
#define AGON_PLUGIN_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define AGON_MAGIC 0x4E4F4741u /* "AGON", little endian */
/* While Agon is 0.x a host accepts exactly its own minor; the error says which one it wants. */
#define AGON_ABI_MINOR 2u

#define AGON_PLUGIN_SYMBOL "agon_plugin_v1"
#if defined(__GNUC__)
#define AGON_EXPORT __attribute__((visibility("default")))
#else
#define AGON_EXPORT
#endif

/* ---- status ---------------------------------------------------------------------------------- */

typedef int32_t agon_status;
enum {
  AGON_OK = 0,
  AGON_STOPPED = 1,  /* should_stop() was true and the rule did; an error otherwise */
  AGON_SINGULAR = 2, /* a matrix cannot be factored; nothing is recorded, the rule may go on */
  AGON_INVALID = -1, /* a parameter or input the rule cannot take */
  AGON_NO_MEMORY = -2,
  AGON_DIVERGED = -3, /* the rule itself saw its state leave the finite numbers */
  AGON_UNSUPPORTED =
      -4, /* a task or option this rule does not do; from create() the cell is skipped */
  AGON_INTERNAL = -5
};

/* ---- views ------------------------------------------------------------------------------------ */

/* Row-major float32. data is 64-byte aligned, stride (in floats) is a multiple of 16, and the
 * padding at a row's end is zero on input and may hold anything finite on output. */
typedef struct agon_mat {
  float* data;
  int64_t rows, cols, stride;
} agon_mat;

typedef struct agon_cmat {
  const float* data;
  int64_t rows, cols, stride;
} agon_cmat;

typedef struct agon_call agon_call;   /* opaque context of the current call, owned by the host */
typedef struct agon_model agon_model; /* opaque, owned by the rule */

/* ---- hyper-parameters ------------------------------------------------------------------------- */

enum { AGON_INT = 0, AGON_REAL = 1, AGON_BOOL = 2, AGON_CHOICE = 3 };
enum {
  AGON_PARAM_LOG = 1u,       /* sweep on a log scale; min must be > 0 */
  AGON_PARAM_TUNABLE = 2u,   /* worth tuning */
  AGON_PARAM_STRUCTURE = 4u, /* changes the shape of the network */
  AGON_PARAM_HOST = 8u       /* read by the host as well: the keys batch, epochs and updates */
};

/* bool, int and choice (an index) use i; real uses r. */
typedef union agon_value {
  int64_t i;
  double r;
} agon_value;

/* The host checks ranges and fills every slot before create(). A rule that lists `batch` (at least 1) and
 * `epochs` (at least 0) sets the host's defaults for it; `updates`, when > 0, replaces epochs as the budget. */
typedef struct agon_param {
  uint32_t struct_size;
  uint32_t type;
  uint32_t flags;
  uint32_t choice_count;
  const char* key;
  const char* unit; /* "" when the number has none */
  const char* help;
  agon_value default_value, min, max;
  const char* const* choices;
} agon_param;

/* A named set of defaults. settings is "key=value,key=value" in the selector grammar. */
typedef struct agon_preset {
  const char* name;
  const char* help;
  const char* settings;
} agon_preset;

/* ---- task ------------------------------------------------------------------------------------- */

/* AGON_DYNAMICS: trajectories for agon.dynamics/1; inputs = outputs = the dimensions of the state. */
enum { AGON_CLASSIFY = 0, AGON_REGRESS = 1, AGON_DYNAMICS = 2 };

/* Facts about a task. */
#define AGON_TASK_ALL_ROWS \
  UINT64_C(0x1) /* the training rows are the whole population: the test asks for
                                            the same rows (every pattern of a parity), nothing is left out */

typedef struct agon_task {
  uint32_t struct_size;
  uint32_t kind;
  uint64_t seed;     /* the model's seed; everything random follows from it */
  int64_t inputs;    /* columns of x */
  int64_t outputs;   /* columns of target and of predict's out; the number of classes to classify */
  int64_t max_batch; /* the most rows any fit or predict call will pass */
  int64_t train_rows;   /* rows of the training set */
  const int64_t* shape; /* the input's shape, product = inputs; time first for sequences */
  int64_t shape_rank;
  double dt;        /* AGON_DYNAMICS: seconds between two rows of a trajectory, else 0 */
  int64_t episodes; /* AGON_DYNAMICS: training trajectories of an epoch, else 0 */
  /* Appended to minor 2: there only where struct_size says so. */
  uint64_t flags; /* AGON_TASK_ALL_ROWS */
} agon_task;

/* ---- host services ---------------------------------------------------------------------------- */

enum { AGON_LOG_DEBUG = 0, AGON_LOG_INFO = 1, AGON_LOG_WARNING = 2 };

typedef struct agon_host {
  uint32_t struct_size;
  uint32_t abi_minor;
  const char* name;
  const char* version;
  void (*log)(agon_call*, int32_t level, const char* text); /* [any] */
  agon_status (*fail)(agon_call*, agon_status code,
                      const char* text);         /* [any] copies text, returns code */
  int32_t (*should_stop)(agon_call*);            /* [any] cheap */
  void (*progress)(agon_call*, double fraction); /* [any] */
  /* Runs fn(user, begin, end) over disjoint chunks of at most grain that cover [0, n). Chunk borders
   * depend on n and grain only, never on the number of threads. Nested calls run serially. [model] */
  agon_status (*parallel_for)(agon_call*, int64_t n, int64_t grain,
                              void (*fn)(void* user, int64_t begin, int64_t end), void* user);
  const void* (*extension)(const char* id); /* NULL when the host does not know the id [any] */
} agon_host;

/* ---- agon.kernels/1: the host's SIMD kernels ---------------------------------------------------- */

#define AGON_KERNELS_ID "agon.kernels/1"

enum { AGON_NN = 0, AGON_NT = 1, AGON_TN = 2 };
enum {
  AGON_IDENTITY = 0,
  AGON_SIGMOID = 1, /* 1 / (1 + exp(-gain a)) */
  AGON_TANH = 2,    /* tanh(gain a) */
  AGON_RELU = 3,    /* max(gain a - shift, 0); derivative 0 at the kink */
  AGON_GELU = 4     /* exact, with erf */
};

typedef struct agon_activation {
  int32_t kind;
  float gain;  /* 1 for the plain function */
  float shift; /* ReLU's threshold; 0 otherwise */
} agon_activation;

/* C = f(scale * op(A) op(B) + (accumulate ? C : 0) + bias), then C *= multiply elementwise.
 * bias: NULL or `cols of C` floats, added to every row. multiply.data: NULL or shaped as C. */
typedef struct agon_epilogue {
  uint32_t struct_size;
  int32_t accumulate;
  float scale;
  agon_activation activation;
  const float* bias;
  agon_cmat multiply;
} agon_epilogue;

typedef struct agon_adam {
  uint32_t struct_size;
  int32_t
      keras; /* 0: W -= lr mhat/(sqrt(vhat)+eps); 1: W -= lr sqrt(1-b2^t)/(1-b1^t) m/(sqrt(v)+eps) */
  float lr, beta1, beta2, eps;
  float decay;  /* decoupled: W *= 1 - lr*decay before the step */
  int64_t step; /* t, 1 for the first step */
} agon_adam;

/* A lattice of Z x Y x X sites, i = (z*Y + y)*X + x, with K neighbour offsets. */
typedef struct agon_lattice {
  uint32_t struct_size;
  int32_t z, y, x;
  int32_t neighbours;     /* K */
  int32_t periodic;       /* 0: outside the lattice is zero; 1: wraps on all three axes */
  const int32_t* offsets; /* [K x 3]: dz, dy, dx */
  agon_cmat weights;      /* [Z*Y*X x K] */
} agon_lattice;

/* Every function counts its multiply-accumulates for the cell it runs in; all are [model]. Shapes
 * must agree: a mismatch fails the call's cell with AGON_INVALID and does nothing. Results have the
 * same bits on every SIMD target with FMA. */
typedef struct agon_kernels {
  uint32_t struct_size;
  /* NN: A [m x k], B [k x n]; NT: A [m x k], B [n x k]; TN: A [k x m], B [k x n]. C [m x n].
   * epilogue may be NULL: C = op(A) op(B). */
  agon_status (*gemm)(agon_call*, int32_t transposition, agon_cmat a, agon_cmat b, agon_mat c,
                      const agon_epilogue* epilogue);
  /* Rank-k update over chosen rows: C += scale * sum_{r in rows} A[r,:]^T B[r,:].
   * rows: NULL for all rows of A, otherwise row_count indices. A [r x m], B [r x n], C [m x n]. */
  agon_status (*rank_k)(agon_call*, agon_cmat a, agon_cmat b, const int32_t* rows,
                        int64_t row_count, float scale, agon_mat c);
  /* out = f(a); shapes equal, in place allowed. */
  agon_status (*activate)(agon_call*, agon_activation f, agon_cmat a, agon_mat out);
  /* out = f'(a) from the pre-activation a or from h = f(a): sigmoid and tanh use h, ReLU and GELU a. */
  agon_status (*derivative)(agon_call*, agon_activation f, agon_cmat a, agon_cmat h, agon_mat out);
  /* delta = softmax(logits) - target, row by row; *loss = mean cross-entropy over the rows. */
  agon_status (*softmax_cross_entropy)(agon_call*, agon_cmat logits, agon_cmat target,
                                       agon_mat delta, double* loss);
  /* out = softmax(logits), row by row. */
  agon_status (*softmax)(agon_call*, agon_cmat logits, agon_mat out);
  /* y += alpha x ; out = x * y ; y = scale * y + shift (all elementwise). */
  agon_status (*axpy)(agon_call*, float alpha, agon_cmat x, agon_mat y);
  agon_status (*multiply)(agon_call*, agon_cmat x, agon_cmat y, agon_mat out);
  agon_status (*affine)(agon_call*, float scale, float shift, agon_mat y);
  /* Reductions with a fixed tree. */
  agon_status (*sum)(agon_call*, agon_cmat x, double* out);
  agon_status (*dot)(agon_call*, agon_cmat x, agon_cmat y, double* out);
  /* out[0..cols) (+)= scale * column sums of x. */
  agon_status (*column_sums)(agon_call*, agon_cmat x, float scale, int32_t accumulate, float* out);
  /* Optimiser steps on one tensor: sgd W -= lr g; momentum v = mu v + g, W -= lr v; Adam as above. */
  agon_status (*sgd)(agon_call*, float lr, float decay, agon_cmat gradient, agon_mat weights);
  agon_status (*momentum)(agon_call*, float lr, float mu, float decay, agon_cmat gradient,
                          agon_mat velocity, agon_mat weights);
  agon_status (*adam)(agon_call*, const agon_adam*, agon_cmat gradient, agon_mat m, agon_mat v,
                      agon_mat weights);
  /* One synchronous lattice step for a batch in lanes (all [sites x lanes], lanes a multiple of 16):
   *   d_i = sum_k w_ik o_{i+offset k} + (i in layer z=0 ? alpha u_i : 0)
   *   e_i = d_i - p_i ;  p_i = (1 - lambda) p_i + eta e_i
   * u is [Y*X x lanes] or data == NULL (no input this step). Reads p, writes e and p. */
  agon_status (*lattice_step)(agon_call*, const agon_lattice*, agon_cmat o, agon_cmat u,
                              float alpha, float eta, float lambda, agon_mat p, agon_mat e);
  /* Counter-based (Philox4x32-10): element j of (seed, stream) is the same wherever it is drawn.
   * Fills row by row, skipping padding. uniform: [low, high); normal: mean 0, sd scale. */
  agon_status (*random_uniform)(agon_call*, uint64_t seed, uint64_t stream, float low, float high,
                                agon_mat out);
  agon_status (*random_normal)(agon_call*, uint64_t seed, uint64_t stream, float scale,
                               agon_mat out);
  /* order[0..n): a permutation of 0..n-1. */
  agon_status (*random_permutation)(agon_call*, uint64_t seed, uint64_t stream, int64_t n,
                                    int32_t* order);
  /* Solves (G + ridge I) X = B in double for a symmetric positive definite G [n x n], B [n x m], dense
   * row-major doubles without padding; X overwrites B. AGON_SINGULAR when G + ridge I is not SPD as
   * far as rounding lets one see; B is lost then. */
  agon_status (*solve_spd)(agon_call*, const double* g, int64_t n, double ridge, double* b,
                           int64_t m);
  /* Adds to the count what the rule multiplies and accumulates in loops of its own. Appended to minor 2:
   * there only where struct_size says so. */
  void (*count_macs)(agon_call*, int64_t macs);
} agon_kernels;

/* ---- a learning rule ---------------------------------------------------------------------------- */

/* Capabilities: what a rule can run. A host that does not know a bit of the low half refuses the rule. */
#define AGON_CAN_CLASSIFY UINT64_C(0x1)
#define AGON_CAN_REGRESS UINT64_C(0x2)
#define AGON_NEEDS_NONNEGATIVE_INPUT UINT64_C(0x4)
#define AGON_CAN_DYNAMICS UINT64_C(0x8) /* offers agon.dynamics/1 */
#define AGON_CAPABILITIES_KNOWN UINT64_C(0xF)
/* Declared properties, printed on the rule card (hints: unknown bits are ignored). */
#define AGON_LOCAL_UPDATES (UINT64_C(1) << 32)
#define AGON_WEIGHT_TRANSPORT (UINT64_C(1) << 33)
#define AGON_ONLINE (UINT64_C(1) << 34)
#define AGON_SPIKING (UINT64_C(1) << 35)
#define AGON_CLOSED_FORM (UINT64_C(1) << 36)
#define AGON_DALE (UINT64_C(1) << 37)
#define AGON_FIXED_WEIGHTS (UINT64_C(1) << 38)
#define AGON_CONTROL (UINT64_C(1) << 39) /* a control printed beside the rules, not a contender */

typedef struct agon_rule {
  uint32_t struct_size;
  uint32_t phases; /* passes through the network per learning step: 1 forward only, 2 BP, ... */
  double
      memory_per_parameter; /* extra floats kept per parameter (Adam: 2) with the defaults; finite, >= 0 */
  uint64_t capabilities;
  const char* id; /* [a-z0-9-]+; not that of a built-in rule, a task or a suite */
  const char* name;
  const char* summary;   /* one line */
  const char* reference; /* the paper */
  const agon_param* const* params;
  const agon_preset* presets;
  uint32_t param_count, preset_count;
  /* values: param_count entries in table order. On success *out is the model. [any] */
  agon_status (*create)(const agon_host*, agon_call*, const agon_task*, const agon_value* values,
                        agon_model** out);
  void (*destroy)(agon_model*);
  const void* (*extension)(const char* id); /* static tables, NULL when not offered */
  /* Optional (NULL): whether create() would take these values on this task, without making anything.
   * The host asks at planning, so that a contradiction is a row with its reason before anything runs;
   * train_rows is 0 then, for the data is not read yet. create() must refuse the same. [any] */
  agon_status (*check)(const agon_host*, agon_call*, const agon_task*, const agon_value* values);
} agon_rule;

/* ---- extensions a rule offers -------------------------------------------------------------------- */

#define AGON_SUPERVISED_ID "agon.supervised/1"

typedef struct agon_batch {
  uint32_t struct_size;
  uint32_t reserved;
  agon_cmat x;           /* [rows x inputs] */
  agon_cmat target;      /* [rows x outputs]: one-hot to classify, real rows to regress */
  const int32_t* labels; /* [rows] to classify, NULL to regress */
} agon_batch;

typedef struct agon_supervised {
  uint32_t struct_size;
  uint32_t reserved;
  /* Optional (NULL): before the first epoch the host passes every training input once, without
   * targets, so that a rule can learn input statistics; last is 1 with the final batch. */
  agon_status (*prepare)(agon_model*, agon_call*, agon_cmat x, int32_t last);
  /* One learning step. *loss: the mean loss of the minibatch before the update, NaN if the rule has none. */
  agon_status (*fit)(agon_model*, agon_call*, const agon_batch*, double* loss);
  agon_status (*end_epoch)(agon_model*, agon_call*, int64_t epoch); /* optional */
  /* out [rows x outputs]: scores, larger is more likely (classify: the host takes the arg max, ties to
   * the lowest class), or the regressed values. Every element must be written. */
  agon_status (*predict)(agon_model*, agon_call*, agon_cmat x, agon_mat out);
  /* Optional (NULL). Appended to minor 2: there only where struct_size says so. *loss: the mean loss of
   * these rows, as fit reports it, without learning; leaves the model as predict does. From it the host
   * knows the loss of the training set before training. */
  agon_status (*loss)(agon_model*, agon_call*, const agon_batch*, double* loss);
} agon_supervised;

#define AGON_DYNAMICS_ID "agon.dynamics/1"

/* Learns dx/dt = f(x) + c(t) from trajectories and runs freely. Rows are time steps of task.dt. */
typedef struct agon_dynamics {
  uint32_t struct_size;
  uint32_t reserved;
  /* A stretch of a training trajectory: drive c and teacher x, both [steps x outputs]. new_episode: the
   * state starts anew from the teacher's first row; else the stretch continues the last one. *loss: the
   * mean squared error of the model's state against the teacher's over the stretch. */
  agon_status (*fit)(agon_model*, agon_call*, agon_cmat drive, agon_cmat teacher,
                     int32_t new_episode, double* loss);
  agon_status (*end_epoch)(agon_model*, agon_call*, int64_t epoch); /* optional */
  /* Free run without learning or feedback: starts from `start` [1 x outputs], out [steps x outputs]
   * where row 0 is the state at the start and drive row n acts from step n to n + 1. */
  agon_status (*rollout)(agon_model*, agon_call*, agon_cmat start, agon_cmat drive, agon_mat out);
  /* Optional (NULL). Appended to minor 2: there only where struct_size says so. *loss: what fit would
   * report of this whole episode, without learning; leaves the model as rollout does. */
  agon_status (*loss)(agon_model*, agon_call*, agon_cmat drive, agon_cmat teacher, double* loss);
} agon_dynamics;

#define AGON_LESION_ID "agon.lesion/1"

/* Ways to harm a trained model. level 0 restores it exactly; a new level replaces the old one. With one
 * seed a higher level silences the same units and more, and adds the same noise, larger. */
enum {
  AGON_SILENCE = 0, /* level: the share of units that fall silent, chosen by the seed */
  AGON_STATE_NOISE =
      1, /* level: noise on the state, in the rule's own unit of its threshold or rms */
  AGON_WEIGHT_NOISE =
      2 /* level: sd of the noise on each learnt tensor, as a share of the tensor's rms */
};

typedef struct agon_lesion {
  uint32_t struct_size;
  uint32_t kinds; /* bit k: AGON_SILENCE, ... is supported */
  agon_status (*harm)(agon_model*, agon_call*, uint32_t kind, double level, uint64_t seed);
} agon_lesion;

#define AGON_GENERATE_ID "agon.generate/1"

typedef struct agon_generate {
  uint32_t struct_size;
  uint32_t reserved;
  /* An input for each target row (one-hot) [rows x outputs] into out [rows x inputs].
   * AGON_UNSUPPORTED: a model with these values makes none, which is no failure of the cell. */
  agon_status (*generate)(agon_model*, agon_call*, agon_cmat target, agon_mat out);
} agon_generate;

#define AGON_METRICS_ID "agon.metrics/1"

typedef struct agon_metric {
  const char*
      key; /* [a-z0-9_]+, becomes the column m_<key>; none of the host's own, such as nrmse or horizon_s */
  const char* unit;
  const char* help;
} agon_metric;

typedef struct agon_metrics {
  uint32_t struct_size;
  uint32_t count; /* at most 256 */
  const agon_metric* schema;
  agon_status (*read)(agon_model*, agon_call*,
                      double* out); /* count values, NaN where unknown [model] */
} agon_metrics;

#define AGON_TENSORS_ID "agon.tensors/1"

/* What a tensor is before the first fit; after it all are AGON_TENSOR_SHOWN. Learnt weights are the model's
 * parameters: the host counts them as n_params, and AGON_WEIGHT_NOISE falls on them. Fixed weights,
 * settings and what is only shown are neither counted nor noisy. */
enum {
  AGON_TENSOR_SHOWN =
      0, /* a state, a measure, or what set() does not take: random projections that the
                                rule scales itself */
  AGON_TENSOR_LEARNT = 1,    /* a weight that learning changes; set() accepts it */
  AGON_TENSOR_SETTING = 2,   /* no weight (types of units, precisions); set() accepts it */
  AGON_TENSOR_FIXED = 3,     /* a weight that stays as it was drawn; set() accepts it */
  AGON_TENSOR_LEARNT_OWN = 4 /* a weight that learning changes from a start of the rule's own */
};

typedef struct agon_tensor {
  uint32_t struct_size;
  uint32_t writable; /* AGON_TENSOR_SHOWN, ... */
  const char* name;  /* no two alike, valid until destroy; e.g. "W0", "b0" */
  agon_mat view;     /* read-only for the host, valid until the next call on the model */
} agon_tensor;

typedef struct agon_tensors {
  uint32_t struct_size;
  uint32_t reserved;
  int64_t (*count)(agon_model*); /* at most 65536 */
  agon_status (*get)(agon_model*, int64_t index, agon_tensor* out);
  agon_status (*set)(agon_model*, agon_call*, const char* name, agon_cmat values);
} agon_tensors;

#define AGON_PICTURES_ID "agon.pictures/1"

/* What the report draws of a trained model.
 * AGON_HEATMAP: one tile per element, rows upwards from 0.
 * AGON_LINES: row 0 holds x, every further row one line over it, named by series.
 * AGON_TRACKS: rows 2i and 2i + 1 hold x and y of curve i, named by series: a trajectory in the plane.
 * AGON_RASTER: [events x 2], a mark at (time, unit).
 * AGON_IMAGES: every row is an image of the task's shape, named by series. */
enum { AGON_HEATMAP = 0, AGON_LINES = 1, AGON_TRACKS = 2, AGON_RASTER = 3, AGON_IMAGES = 4 };

typedef struct agon_picture {
  uint32_t struct_size;
  uint32_t kind;   /* a host leaves out kinds it does not know */
  const char* key; /* [a-z0-9_]+; not generated, free_run or long_run, which the host draws */
  const char* title;
  const char* column_title; /* of the x axis, with its unit */
  const char* row_title;    /* of the y axis, with its unit */
  const char* value_title;  /* of the values, with their unit */
  const char* series;       /* "teacher,model": names without commas; "" where none are needed */
} agon_picture;

typedef struct agon_pictures {
  uint32_t struct_size;
  uint32_t count;
  const agon_picture* schema;
  /* After training. *out: picture `index`, at most 65536 elements, valid until the next call on the
   * model; no rows when there is nothing to show. [model] */
  agon_status (*read)(agon_model*, agon_call*, uint32_t index, agon_cmat* out);
} agon_pictures;

/* ---- the exported symbol -------------------------------------------------------------------------- */

typedef struct agon_plugin {
  uint32_t struct_size;
  uint32_t magic;     /* AGON_MAGIC */
  uint32_t abi_minor; /* AGON_ABI_MINOR */
  uint32_t rule_count;
  const char* name;
  const char* version; /* semver of the plugin */
  const char* license; /* SPDX */
  const char* build;   /* compiler and flags, for provenance */
  const agon_rule* const* rules;
} agon_plugin;

typedef const agon_plugin* (*agon_plugin_fn)(void);

#ifdef __cplusplus
}
#endif
#endif /* AGON_PLUGIN_H_ */
