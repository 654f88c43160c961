/* SPDX-License-Identifier: MIT
 *
 * DRAFT, not settled: a host of rules that are written in another language, opened by their source files
 * (`--plugin my_rule.py`). It is a shared object LANGUAGE.agon-host.so beside the plugins, which exports
 * exactly agon_language_v1. To agon a source file is then a plugin like any other: described by a child of its own, served by
 * workers of its own. Not included by agon/plugin.h.
 * Errors: open() returns NULL and why. Threads: one, which opens files one after the other.
 */
/* clang-format off: a contract that is laid out by hand, what a member means stands beside it. */
#ifndef AGON_DRAFT_LANGUAGE_H_
#define AGON_DRAFT_LANGUAGE_H_

#include "agon/plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define AGON_LANGUAGE_SYMBOL "agon_language_v1"

typedef struct agon_language {
  uint32_t struct_size;
  uint32_t magic;     /* AGON_MAGIC */
  uint32_t abi_minor; /* AGON_ABI_MINOR */
  uint32_t reserved;
  /* The rules of a source file as a plugin, with tables that live until the process ends; the same again for
   * the same file. NULL: *why says in one line what is wrong with the file, valid until the next call. One
   * thread at a time. */
  const agon_plugin* (*open)(const char* file, const char** why);
} agon_language;

typedef const agon_language* (*agon_language_fn)(void);

#ifdef __cplusplus
}
#endif
#endif /* AGON_DRAFT_LANGUAGE_H_ */
