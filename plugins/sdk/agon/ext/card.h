/* SPDX-License-Identifier: MIT
 *
 * What a rule says of itself to a reader: agon.card/1, its equations and its known limits. Included by
 * agon/plugin.h. Static texts; no verbs, so nothing can fail. [any]
 */
/* clang-format off: a contract that is laid out by hand, what a member means stands beside it. */
#ifndef AGON_EXT_CARD_H_
#define AGON_EXT_CARD_H_

#include "agon/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define AGON_CARD_ID "agon.card/1"

/* As long as the stride of its array. */
typedef struct agon_equation {
  const char*
      says; /* what it gives, in a few words: "error of a hidden layer"; "" where it needs none */
  const char*
      tex; /* in the part of TeX that agon/card.h lists; `agon check` names what is not of it */
} agon_equation;

typedef struct agon_card {
  uint32_t struct_size;
  uint32_t equation_count;        /* at most 64 */
  uint32_t equation_stride;       /* sizeof(agon_equation) */
  uint32_t limit_count;           /* at most 64 */
  const agon_equation* equations; /* in the order in which a learning step takes them */
  const char* const* limits;      /* a sentence each: where it fails, and what it does not do */
} agon_card;

#ifdef __cplusplus
}
#endif
#endif /* AGON_EXT_CARD_H_ */
