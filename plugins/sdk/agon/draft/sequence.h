/* SPDX-License-Identifier: MIT
 *
 * agon.sequence/draft: inputs that are series of frames, given time step by time step. A draft: no host
 * offers or asks for it yet, and it changes without a minor of its own. Not included by agon/plugin.h.
 *
 * A row of such a task is a series of `length` frames of `channels` numbers each, length at most `steps`;
 * agon_task.shape is [steps, channels] then. A rule that offers no agon.sequence gets the row flat,
 * through agon.supervised/1: steps x channels values, time first, zeros after the end.
 */
#ifndef AGON_DRAFT_SEQUENCE_H_
#define AGON_DRAFT_SEQUENCE_H_

#include "agon/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define AGON_SEQUENCE_ID "agon.sequence/draft"

/* A minibatch, time-major: frame t of row r is row t * rows + r of x, so that the frames of one time
 * step stand together as a [rows x channels] matrix. Frames from a row's length on are zero and do not
 * belong to it; lengths fall from row to row, so that at time t the rows that still run are the first
 * ones. */
typedef struct agon_series {
  uint32_t struct_size;
  uint32_t reserved;
  int64_t rows, steps, channels;
  agon_cmat x;            /* [steps * rows x channels]; steps is the longest length here */
  const int32_t* lengths; /* [rows], each from 1 to steps */
  agon_cmat target;       /* [rows x outputs]: one for each series; one-hot to classify */
  const int32_t* labels;  /* [rows] to classify, NULL to regress */
} agon_series;

/* The verbs of agon.supervised/1 over series; shapes, ownership and threads as there. Every row starts
 * from rest: what one series leaves does not reach the next. */
typedef struct agon_sequence {
  uint32_t struct_size;
  uint32_t reserved;
  agon_status (*prepare)(agon_model*, agon_call*, const agon_series*, int32_t last); /* optional */
  agon_status (*fit)(agon_model*, agon_call*, const agon_series*, double* loss);
  agon_status (*end_epoch)(agon_model*, agon_call*, int64_t epoch); /* optional */
  /* target and labels are empty. out [rows x outputs]: after the last frame of each row. */
  agon_status (*predict)(agon_model*, agon_call*, const agon_series*, agon_mat out);
  agon_status (*loss)(agon_model*, agon_call*, const agon_series*, double* loss); /* optional */
} agon_sequence;

#ifdef __cplusplus
}
#endif
#endif /* AGON_DRAFT_SEQUENCE_H_ */
