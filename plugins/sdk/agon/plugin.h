/* SPDX-License-Identifier: MIT
 *
 * agon/plugin.h: the C ABI between the Agon harness (the host) and a learning rule (a plugin).
 * Valid C11 and C++20; needs <stddef.h> and <stdint.h> only. Rule authors normally use agon/rule.h,
 * the C++ layer over this file. What a rule offers and asks for stands in agon/ext/, what is not settled
 * in agon/draft/, which this file does not include.
 *
 * Contract
 *  - A plugin is a shared object that exports exactly one symbol, agon_plugin_v1. It returns static
 *    data, allocates nothing and starts nothing.
 *  - The host owns epochs, shuffling, minibatches, budget, evaluation and the clock. A rule owns its
 *    model: what create() returns, only destroy() frees. No allocation crosses the boundary.
 *  - Inputs are read-only. predict() and every read function leave learnt state as it was: calling
 *    twice gives the same bytes.
 *  - All randomness comes from agon_task.seed through the host's counter-based streams
 *    (agon_kernels.random_uniform, random_normal).
 *  - A rule does not write to stdout, exit, install signal handlers, start threads, or change the
 *    floating-point mode. It polls should_stop() at least every 10 ms of work.
 *  - Text is UTF-8.
 *
 * Growth
 *  - A struct that crosses by pointer starts with struct_size, set by the side that made it, and only ever
 *    grows at its end. A reader touches a field only if it lies inside struct_size and takes the rest for
 *    zero: NULL is "not offered". So a table that is smaller than the reader's is as good as a whole one.
 *  - Of a struct that is to be filled in, the caller sets struct_size, and no byte beyond it is written.
 *  - An array of structs carries its stride, the bytes from one element to the next. Elements without a
 *    struct_size of their own (agon_metric, agon_preset) are as long as that and grow the same way.
 *  - Frozen, as they cross by value: agon_mat, agon_cmat, agon_value, agon_activation.
 *  - reserved is 0.
 *
 * Lifetimes
 *  - The plugin's tables and texts: static, until the process ends; a plugin is never unloaded.
 *  - agon_host and what its extension() returns: until the process ends.
 *  - agon_call, and everything else that is passed to a function (task, values and what they point to,
 *    views, batches): until the function returns. A model keeps no pointer to them and copies what it
 *    needs. Another call on the same model may come with another agon_call.
 *  - What a rule hands out of a model: as long as stands there, until destroy() at the longest.
 *
 * Errors: a function that can fail returns a status other than AGON_OK and leaves its text through agon_host.fail;
 * nothing is thrown across.
 *
 * Thread tags: [model] no two calls on one model at once, different models may run concurrently (so
 * no mutable globals); [any] callable from any thread inside a call.
 */
/* clang-format off: a contract that is laid out by hand, what a member means stands beside it. */
#ifndef AGON_PLUGIN_H_
#define AGON_PLUGIN_H_

#include "agon/base.h"
#include "agon/ext/card.h"
#include "agon/ext/inspection.h"
#include "agon/ext/kernels.h"
#include "agon/ext/learning.h"
#include "agon/ext/sequence.h"
#include "agon/ext/state.h"

#ifdef __cplusplus
extern "C" {
#endif

#define AGON_MAGIC 0x4E4F4741u /* "AGON", little endian */
/* While Agon is 0.x a host accepts exactly its own minor; the error says which one it wants. */
#define AGON_ABI_MINOR 3u

#define AGON_PLUGIN_SYMBOL "agon_plugin_v1"
#if defined(__GNUC__)
#define AGON_EXPORT __attribute__((visibility("default")))
#else
#define AGON_EXPORT
#endif

/* ---- hyper-parameters ------------------------------------------------------------------------- */

enum { AGON_INT = 0, AGON_REAL = 1, AGON_BOOL = 2, AGON_CHOICE = 3, AGON_TEXT = 4 };
enum {
  AGON_PARAM_LOG = 1u,       /* sweep on a log scale; min must be > 0 */
  AGON_PARAM_TUNABLE = 2u,   /* worth tuning */
  AGON_PARAM_STRUCTURE = 4u, /* changes the shape of the network */
  AGON_PARAM_HOST = 8u,      /* read by the host as well: the keys batch, epochs and updates */
  AGON_PARAM_LIST = 16u      /* a list of AGON_INT or AGON_REAL: width=[128,64] */
};

struct agon_list;

/* bool, int and choice (an index) use i; real uses r; text uses text, never NULL; a list uses list, never
 * NULL. Frozen. */
typedef union agon_value {
  int64_t i;
  double r;
  const char* text;
  const struct agon_list* list;
} agon_value;

/* Frozen. */
typedef struct agon_list {
  int64_t count;
  const agon_value* items; /* [count], of the parameter's type */
} agon_list;

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
  agon_value default_value, min,
      max; /* of a list: min and max are of each item; of a text: not read */
  const char* const* choices;
  int64_t min_count, max_count; /* items of a list, bytes of a text; at most 4096; else not read */
} agon_param;

/* A named set of defaults. settings is "key=value,key=value" in the selector grammar. As long as the
 * stride of its array. */
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
#define AGON_TASK_SERIES UINT64_C(0x2) /* rows are series, shape[0] is time: see agon.sequence/1 */

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
  uint64_t flags;   /* AGON_TASK_ALL_ROWS, AGON_TASK_SERIES */
  /* The schedule, for what depends on how long learning will go on: decaying rates, warm-up. The host
   * means to do so much and may stop earlier. 0: not known, as at check() and where a study goes on until
   * something happens. */
  int64_t epochs;  /* end_epoch calls to come */
  int64_t updates; /* fit calls to come, of all epochs together */
  /* Rows of the training set to the next lower power of ten (1, 10, 100, ...), as far as they are known
   * before the data are read; 0: not known. Never changes what train_rows says. */
  int64_t rows_about;
  /* The most bytes that the model should keep of what it has computed of single training rows, such as
   * fixed features, to save computing it in every epoch: see agon_batch.rows. 0: nothing. */
  int64_t keep_bytes;
} agon_task;

/* ---- host services ---------------------------------------------------------------------------- */

enum { AGON_LOG_DEBUG = 0, AGON_LOG_INFO = 1, AGON_LOG_WARNING = 2 };

typedef struct agon_host {
  uint32_t struct_size;
  uint32_t abi_minor;
  const char* name;
  const char* version;
  void (*log)(agon_call*, int32_t level, const char* text); /* [any] */
  /* Why the call ends: copies text, returns code. [any] */
  agon_status (*fail)(agon_call*, agon_status code, const char* text);
  int32_t (*should_stop)(agon_call*);            /* [any] cheap */
  void (*progress)(agon_call*, double fraction); /* [any] */
  /* Runs fn(user, begin, end) over disjoint chunks of at most grain that cover [0, n). Chunk borders
   * depend on n and grain only, never on the number of threads. Nested calls run serially. [model] */
  agon_status (*parallel_for)(agon_call*, int64_t n, int64_t grain,
                              void (*fn)(void* user, int64_t begin, int64_t end), void* user);
  const void* (*extension)(const char* id); /* NULL when the host does not know the id [any] */
} agon_host;

/* ---- a learning rule ---------------------------------------------------------------------------- */

/* Capabilities: what a rule can run. A host that does not know a bit of the low half refuses the rule. */
#define AGON_CAN_CLASSIFY UINT64_C(0x1)
#define AGON_CAN_REGRESS UINT64_C(0x2) /* takes real targets: see agon.supervised/1 */
#define AGON_NEEDS_NONNEGATIVE_INPUT UINT64_C(0x4)
#define AGON_CAN_DYNAMICS UINT64_C(0x8)  /* offers agon.dynamics/1 */
#define AGON_CAN_SEQUENCE UINT64_C(0x10) /* offers agon.sequence/1, beside or instead of rows */
#define AGON_CAPABILITIES_KNOWN UINT64_C(0x1F)
/* Declared properties, printed on the rule card (hints: unknown bits are ignored). */
#define AGON_LOCAL_UPDATES (UINT64_C(1) << 32)
#define AGON_WEIGHT_TRANSPORT (UINT64_C(1) << 33)
#define AGON_ONLINE (UINT64_C(1) << 34)
#define AGON_SPIKING (UINT64_C(1) << 35)
#define AGON_CLOSED_FORM (UINT64_C(1) << 36)
#define AGON_DALE (UINT64_C(1) << 37)
#define AGON_FIXED_WEIGHTS (UINT64_C(1) << 38)
#define AGON_CONTROL (UINT64_C(1) << 39) /* a control printed beside the rules, not a contender */

/* self, first in create, check and extension, is the struct itself as the plugin published it, so that
 * rules made at load time can share their functions and find what is their own. */
typedef struct agon_rule agon_rule;
struct agon_rule {
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
  uint32_t preset_stride; /* sizeof(agon_preset) */
  uint32_t reserved;
  void* user; /* the plugin's own; the host does not look at it */
  /* values: param_count entries in table order. On success *out is the model. [any] */
  agon_status (*create)(const agon_rule* self, const agon_host*, agon_call*, const agon_task*,
                        const agon_value* values, agon_model** out);
  void (*destroy)(agon_model*);
  const void* (*extension)(const agon_rule* self,
                           const char* id); /* static tables, NULL when not offered [any] */
  /* Optional (NULL): whether create() would take these values on this task, without making anything.
   * The host asks at planning, so that a contradiction is a row with its reason before anything runs;
   * train_rows is 0 then, for the data is not read yet. create() must refuse the same. [any] */
  agon_status (*check)(const agon_rule* self, const agon_host*, agon_call*, const agon_task*,
                       const agon_value* values);
};

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
