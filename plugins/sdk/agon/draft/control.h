/* SPDX-License-Identifier: MIT
 *
 * agon.control/draft: a rule that acts in an environment. A draft: no host offers or asks for it yet, and it
 * changes without a minor of its own. Not included by agon/plugin.h.
 *
 * The host owns the environment, its seed and the number of steps. Environments run side by side, a row
 * each. A rule with AGON_CAN_REGRESS alone can be the value function of a host's own controller.
 * All verbs are [model]. Errors: a status, with its text in agon_host.fail.
 */
#ifndef AGON_DRAFT_CONTROL_H_
#define AGON_DRAFT_CONTROL_H_

#include "agon/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define AGON_CONTROL_ID "agon.control/draft"

/* What followed an action; rows as given to act(). */
typedef struct agon_outcome {
  uint32_t struct_size;
  uint32_t reserved;
  agon_cmat observation; /* [rows x inputs] that the action answered */
  agon_cmat action;      /* [rows x outputs], as act() wrote it */
  const float* reward;   /* [rows] */
  agon_cmat next;        /* [rows x inputs] what is seen then */
  const int32_t* ended;  /* [rows]: 0 it goes on, 1 the episode has ended, 2 it was cut off */
} agon_outcome;

typedef struct agon_control {
  uint32_t struct_size;
  uint32_t reserved;
  /* out [rows x outputs]: a score for each action (the host takes the largest) or the values of continuous
   * ones. explores: 0 while tested, when equal observations get equal answers. step: of the environment,
   * for the random stream of what explores. */
  agon_status (*act)(agon_model*, agon_call*, agon_cmat observation, int32_t explores, int64_t step,
                     agon_mat out);
  /* Learns from what followed. *loss: NaN if the rule has none. */
  agon_status (*observe)(agon_model*, agon_call*, const agon_outcome*, double* loss);
  agon_status (*end_episode)(agon_model*, agon_call*, int64_t episode); /* optional */
} agon_control;

#ifdef __cplusplus
}
#endif
#endif /* AGON_DRAFT_CONTROL_H_ */
