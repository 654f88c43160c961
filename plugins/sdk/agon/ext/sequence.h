/* SPDX-License-Identifier: MIT
 *
 * agon.sequence/1: rows that are series of frames, given time step by time step. Included by
 * agon/plugin.h.
 * All verbs are [model]. Errors: as agon.supervised/1.
 */
/* clang-format off: a contract that is laid out by hand, what a member means stands beside it. */
#ifndef AGON_EXT_SEQUENCE_H_
#define AGON_EXT_SEQUENCE_H_

#include "agon/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define AGON_SEQUENCE_ID "agon.sequence/1"

/* A task with AGON_TASK_SERIES has time as the first axis of its shape: a row is a series of at most
 * shape[0] frames of inputs / shape[0] channels each. A model that takes series gets them through this
 * table; every other one gets the row flat through agon.supervised/1: time first, zeros after the end.
 *
 * A minibatch of series, time-major: frame t of row r is row t * rows + r of x, so that the frames of one
 * time step stand together as a [rows x channels] matrix. Lengths fall from row to row, so that at time t
 * the rows that still run are the first ones; frames from a row's length on are zero and do not belong to
 * it. */
typedef struct agon_series {
  uint32_t struct_size;
  uint32_t reserved;
  int64_t rows, channels;
  int64_t steps;          /* the longest length here, lengths[0] */
  agon_cmat x;            /* [steps * rows x channels] */
  const int32_t* lengths; /* [rows], each from 1 to steps */
  agon_cmat target;       /* [rows x outputs]: one for each series, as in agon_batch */
  const int32_t* labels;  /* [rows] to classify, NULL to regress */
} agon_series;

/* The verbs of agon.supervised/1 over series; shapes, ownership and threads as there. Every row starts
 * from rest: what one series leaves does not reach the next. To prepare and predict, target is empty and
 * labels is NULL. */
typedef struct agon_sequence {
  uint32_t struct_size;
  uint32_t reserved;
  agon_status (*prepare)(agon_model*, agon_call*, const agon_series*, int32_t last); /* optional */
  agon_status (*fit)(agon_model*, agon_call*, const agon_series*, double* loss);
  agon_status (*end_epoch)(agon_model*, agon_call*, int64_t epoch); /* optional */
  agon_status (*predict)(agon_model*, agon_call*, const agon_series*,
                         agon_mat out); /* [rows x outputs] */
  agon_status (*loss)(agon_model*, agon_call*, const agon_series*, double* loss); /* optional */
  /* Optional (NULL: always): 0 for a model that an option made one of flat rows. Asked once, after
   * create(), of a task with AGON_TASK_SERIES. */
  int32_t (*takes_series)(agon_model*);
} agon_sequence;

#ifdef __cplusplus
}
#endif
#endif /* AGON_EXT_SEQUENCE_H_ */
