/* SPDX-License-Identifier: MIT
 *
 * agon.state/1: what a model has become, as bytes. Included by agon/plugin.h.
 * Both verbs are [model]. Errors: AGON_INVALID for bytes that save() of such a model did not write.
 */
/* clang-format off: a contract that is laid out by hand, what a member means stands beside it. */
#ifndef AGON_EXT_STATE_H_
#define AGON_EXT_STATE_H_

#include "agon/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define AGON_STATE_ID "agon.state/1"

/* Where the bytes go, and where they come from; the host's, valid during the call. */
typedef struct agon_writer {
  uint32_t struct_size;
  uint32_t reserved;
  void* user; /* the host's; handed back to write() */
  /* Takes `size` bytes. What it returns other than AGON_OK, save() returns at once. */
  agon_status (*write)(void* user, const void* bytes, size_t size);
} agon_writer;

typedef struct agon_reader {
  uint32_t struct_size;
  uint32_t reserved;
  void* user;
  /* Fills `size` bytes, or returns AGON_INVALID when there are fewer left and takes none. */
  agon_status (*read)(void* user, void* bytes, size_t size);
  uint64_t size; /* bytes there are in all */
} agon_reader;

/* What save() wrote, load() makes of a fresh model: one that create() made with the same task, values
 * and plugin, and that has not learnt. From there on it behaves as the saved one to the bit, in what it
 * answers, reports and learns: save() gives the same bytes again, and so does training that goes on.
 * State is everything that fit, end_epoch and prepare leave and that a later call reads: weights, moments
 * and step numbers of an optimiser, statistics of the inputs, traces, the place in a random stream.
 *
 * load() checks what it reads: empty, cut, foreign, altered or random bytes and trailing ones are
 * AGON_INVALID with a reason. The model is to be destroyed then: no other call is made on it. The
 * bytes are of this machine's byte order and of this build of the plugin; the host keeps both. */
typedef struct agon_state {
  uint32_t struct_size;
  uint32_t reserved;
  agon_status (*save)(agon_model*, agon_call*, const agon_writer*); /* between two calls [model] */
  agon_status (*load)(agon_model*, agon_call*,
                      const agon_reader*); /* before the first fit [model] */
} agon_state;

#ifdef __cplusplus
}
#endif
#endif /* AGON_EXT_STATE_H_ */
