/* SPDX-License-Identifier: MIT
 *
 * What a rule offers to learn and to answer: agon.supervised/1 for rows, agon.dynamics/1 for
 * trajectories, agon.generate/1 for inputs made from targets, agon.lesion/1 for harm. All verbs are
 * [model]. Included by agon/plugin.h.
 * Errors: a status, with its text in agon_host.fail; AGON_STOPPED where should_stop() was true.
 */
/* clang-format off: a contract that is laid out by hand, what a member means stands beside it. */
#ifndef AGON_EXT_LEARNING_H_
#define AGON_EXT_LEARNING_H_

#include "agon/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define AGON_SUPERVISED_ID "agon.supervised/1"

/* Rows with a target each.
 *
 * AGON_CLASSIFY: target is one-hot and labels its index; predict writes a score for each class.
 *
 * AGON_REGRESS: target holds `outputs` real numbers a row, labels is NULL; predict writes as many, in the
 * unit of the targets. A rule that declares AGON_CAN_REGRESS takes any finite target and any number of
 * outputs from 1 on. Inputs and targets are scaled by the host on the rows learnt from, column by column:
 * to mean 0 and standard deviation 1, where a few rows may lie many deviations off; for a rule with
 * AGON_NEEDS_NONNEGATIVE_INPUT both into [0, 1], and what lies outside later is cut. A constant column is
 * only shifted. The host undoes the scaling of what predict writes, so scores are in the data's own unit;
 * a rule adds no scaling of targets of its own that it does not undo. Rows with real targets
 * and the vector field of a dynamics task both come this way, and a rule cannot tell them apart. */

typedef struct agon_batch {
  uint32_t struct_size;
  uint32_t reserved;
  agon_cmat x;           /* [rows x inputs] */
  agon_cmat target;      /* [rows x outputs]: one-hot to classify, real rows to regress */
  const int32_t* labels; /* [rows] to classify, NULL to regress */
  /* [rows] or NULL, not known: which row of the data each is, from 0 on. While a model lives, equal rows of one
   * source hold equal inputs; another source is other data, and what was kept of the last is void. A source
   * is never 0. */
  const int32_t* rows;
  uint64_t source;
} agon_batch;

typedef struct agon_supervised {
  uint32_t struct_size;
  uint32_t reserved;
  /* Optional (NULL): before the first epoch the host passes every training input x [rows x inputs]
   * once, without targets, so that a rule can learn input statistics; last is 1 with the final batch. */
  agon_status (*prepare)(agon_model*, agon_call*, agon_cmat x, int32_t last);
  /* One learning step. *loss: the mean loss of the minibatch before the update, NaN if the rule has none. */
  agon_status (*fit)(agon_model*, agon_call*, const agon_batch*, double* loss);
  agon_status (*end_epoch)(agon_model*, agon_call*, int64_t epoch); /* optional */
  /* out [rows x outputs]: scores, larger is more likely (classify: the host takes the arg max, ties to
   * the lowest class), or the regressed values. Every element must be written. */
  agon_status (*predict)(agon_model*, agon_call*, agon_cmat x, agon_mat out);
  /* Optional (NULL). *loss: the mean loss of these rows, as fit reports it, without learning; leaves the
   * model as predict does. From it the host knows the loss of the training set before training. */
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
  /* Optional (NULL). *loss: what fit would report of this whole episode, without learning; leaves the
   * model as rollout does. */
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
  /* Harms the model, or restores it, as said above. */
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

#ifdef __cplusplus
}
#endif
#endif /* AGON_EXT_LEARNING_H_ */
