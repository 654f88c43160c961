/* SPDX-License-Identifier: MIT
 *
 * The C ABI by itself: compiled as strict C11 and as C++20 by every compiler at hand. The table
 * freezes where the fields lie on a 64-bit machine: they may only ever be appended to.
 */
#include <assert.h>

#include "agon/draft/control.h"
#include "agon/plugin.h"

#define AT(type, field, offset) \
  static_assert(offsetof(type, field) == (offset), #type "." #field " has moved")
#define SIZE(type, bytes) static_assert(sizeof(type) == (bytes), #type " has another size")

SIZE(agon_mat, 32);
SIZE(agon_cmat, 32);
AT(agon_mat, rows, 8);
AT(agon_mat, stride, 24);
SIZE(agon_value, 8);

AT(agon_param, key, 16);
AT(agon_param, default_value, 40);
AT(agon_param, choices, 64);
AT(agon_param, min_count, 72);
SIZE(agon_param, 88);
SIZE(agon_list, 16);
SIZE(agon_preset, 24);

AT(agon_task, seed, 8);
AT(agon_task, inputs, 16);
AT(agon_task, max_batch, 32);
AT(agon_task, shape, 48);
AT(agon_task, dt, 64);
AT(agon_task, flags, 80);
AT(agon_task, epochs, 88);
AT(agon_task, rows_about, 104);
AT(agon_task, keep_bytes, 112);
SIZE(agon_task, 120);

AT(agon_host, log, 24);
AT(agon_host, parallel_for, 56);
AT(agon_host, extension, 64);
SIZE(agon_host, 72);

SIZE(agon_activation, 12);
AT(agon_epilogue, bias, 24);
AT(agon_epilogue, multiply, 32);
AT(agon_epilogue, slopes, 64);
SIZE(agon_epilogue, 80);
AT(agon_adam, step, 32);
SIZE(agon_adam, 40);
AT(agon_lattice, offsets, 24);
SIZE(agon_lattice, 64);
AT(agon_work, macs, 8);
SIZE(agon_work, 40);
AT(agon_kernels, gemm, 8);
AT(agon_kernels, softmax_cross_entropy, 40);
AT(agon_kernels, adam, 120);
AT(agon_kernels, solve_spd, 160);
AT(agon_kernels, count_macs, 168);
AT(agon_kernels, clip, 208);
AT(agon_kernels, macs, 224);
AT(agon_kernels, count_work, 232);
AT(agon_kernels, gemm_each, 248);
AT(agon_kernels, rank_k_opposed_each, 264);
AT(agon_kernels, epilogue_size, 272);
SIZE(agon_kernels, 280);
SIZE(agon_steps, 48);

AT(agon_rule, memory_per_parameter, 8);
AT(agon_rule, id, 24);
AT(agon_rule, params, 56);
AT(agon_rule, preset_stride, 80);
AT(agon_rule, user, 88);
AT(agon_rule, create, 96);
AT(agon_rule, check, 120);
SIZE(agon_rule, 128);

AT(agon_batch, x, 8);
AT(agon_batch, labels, 72);
AT(agon_batch, rows, 80);
SIZE(agon_batch, 96);
AT(agon_supervised, fit, 16);
AT(agon_supervised, loss, 40);
SIZE(agon_supervised, 48);
SIZE(agon_metric, 24);
SIZE(agon_metric_rows, 24);
AT(agon_metrics, schema, 16);
AT(agon_metrics, schema_of, 32);
SIZE(agon_metrics, 40);
AT(agon_tensor, view, 16);
SIZE(agon_tensor, 48);
SIZE(agon_tensors, 32);
AT(agon_dynamics, rollout, 24);
AT(agon_dynamics, loss, 32);
SIZE(agon_dynamics, 40);
SIZE(agon_lesion, 16);
SIZE(agon_generate, 16);
AT(agon_picture, series, 48);
SIZE(agon_picture, 56);
SIZE(agon_picture_rows, 24);
AT(agon_pictures, schema, 16);
AT(agon_pictures, schema_of, 32);
SIZE(agon_pictures, 40);
SIZE(agon_writer, 24);
SIZE(agon_reader, 32);
SIZE(agon_state, 24);

/* Drafts are compiled; where their fields lie may change. */
AT(agon_series, x, 32);
AT(agon_series, target, 72);
SIZE(agon_series, 112);
AT(agon_sequence, predict, 32);
SIZE(agon_sequence, 56);
SIZE(agon_outcome, 120);
SIZE(agon_control, 32);

AT(agon_plugin, magic, 4);
AT(agon_plugin, abi_minor, 8);
AT(agon_plugin, rules, 48);
SIZE(agon_plugin, 56);

/* The entry point as a C plugin writes it. */
AGON_EXPORT const agon_plugin* agon_plugin_v1(void);
