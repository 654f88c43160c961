/* SPDX-License-Identifier: MIT
 *
 * What a rule shows of a model: agon.metrics/1, agon.tensors/1, agon.pictures/1. All verbs are
 * [model]. Included by agon/plugin.h.
 * Errors: a status, with its text in agon_host.fail. Out-structs are filled as far as the caller's size.
 */
/* clang-format off: a contract that is laid out by hand, what a member means stands beside it. */
#ifndef AGON_EXT_INSPECTION_H_
#define AGON_EXT_INSPECTION_H_

#include "agon/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define AGON_METRICS_ID "agon.metrics/1"

/* As long as the stride of its array. */
typedef struct agon_metric {
  const char*
      key; /* [a-z0-9_]+, becomes the column m_<key>; none of the host's own, such as nrmse or horizon_s */
  const char* unit;
  const char* help;
} agon_metric;

/* An array of metrics; the caller fills in struct_size. */
typedef struct agon_metric_rows {
  uint32_t struct_size;
  uint32_t count;  /* at most 256 */
  uint32_t stride; /* sizeof(agon_metric) where the array was compiled */
  uint32_t reserved;
  const agon_metric* rows; /* with their texts valid until destroy */
} agon_metric_rows;

typedef struct agon_metrics {
  uint32_t struct_size;
  uint32_t count;  /* of the schema that every model has */
  uint32_t stride; /* sizeof(agon_metric) */
  uint32_t reserved;
  const agon_metric* schema; /* static; checked when the plugin is opened */
  /* One value for each row of the model's schema, NaN where unknown. */
  agon_status (*read)(agon_model*, agon_call*, double* out);
  /* Optional (NULL): the schema of this model in place of the static one, where it depends on the task or
   * the values, as the number of layers does. Read once after create(); the same ever after. */
  agon_status (*schema_of)(agon_model*, agon_metric_rows* out);
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

/* The caller fills in struct_size; the rule writes no byte beyond it. */
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
  /* *out: tensor `index` of count. */
  agon_status (*get)(agon_model*, int64_t index, agon_tensor* out);
  /* Before the first fit: the tensor of this name becomes values, of its shape. AGON_INVALID otherwise. */
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

/* An array of pictures; the caller fills in struct_size. */
typedef struct agon_picture_rows {
  uint32_t struct_size;
  uint32_t count;
  uint32_t stride; /* sizeof(agon_picture) where the array was compiled */
  uint32_t reserved;
  const agon_picture* rows; /* with their texts valid until destroy */
} agon_picture_rows;

typedef struct agon_pictures {
  uint32_t struct_size;
  uint32_t count;  /* of the schema that every model has */
  uint32_t stride; /* sizeof(agon_picture) */
  uint32_t reserved;
  const agon_picture* schema; /* static; checked when the plugin is opened */
  /* After training. *out: picture `index` of the model's schema, at most 65536 elements, valid until the
   * next call on the model; no rows when there is nothing to show. */
  agon_status (*read)(agon_model*, agon_call*, uint32_t index, agon_cmat* out);
  /* Optional (NULL): the schema of this model, as that of metrics. */
  agon_status (*schema_of)(agon_model*, agon_picture_rows* out);
} agon_pictures;

#ifdef __cplusplus
}
#endif
#endif /* AGON_EXT_INSPECTION_H_ */
