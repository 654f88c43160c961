/* SPDX-License-Identifier: MIT
 *
 * The types that every part of the C ABI is made of: status, views, the opaque call and model. Included
 * by agon/plugin.h, where the contract stands.
 * Types and constants only: nothing fails, nothing runs. Threads: none.
 */
/* clang-format off: a contract that is laid out by hand, what a member means stands beside it. */
#ifndef AGON_BASE_H_
#define AGON_BASE_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

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

/* Row-major float32. data is 64-byte aligned, stride (in floats) is a multiple of 16, and the
 * padding at a row's end is zero on input and may hold anything finite on output. Both structs are
 * frozen: they cross by value and never grow. */
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

#ifdef __cplusplus
}
#endif
#endif /* AGON_BASE_H_ */
