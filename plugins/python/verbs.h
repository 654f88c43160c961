// SPDX-License-Identifier: MIT
//
// The verbs of the ABI, each one call into Python. A failure's text is one line with the line of the rule's file;
// the traceback stands in the cell's log. Threads: [model], they take the GIL.
#pragma once

#include "agon/plugin.h"

namespace agon::python::verbs {

agon_status create(const agon_rule* self, const agon_host* host, agon_call* call,
                   const agon_task* task, const agon_value* values, agon_model** out);
void destroy(agon_model* model);
const void* extension(const agon_rule* self, const char* id);

agon_status prepare(agon_model* model, agon_call* call, agon_cmat x, int32_t last);
agon_status fit(agon_model* model, agon_call* call, const agon_batch* batch, double* loss);
agon_status loss(agon_model* model, agon_call* call, const agon_batch* batch, double* loss);
agon_status predict(agon_model* model, agon_call* call, agon_cmat x, agon_mat out);
agon_status end_epoch(agon_model* model, agon_call* call, int64_t epoch);
agon_status follow(agon_model* model, agon_call* call, agon_cmat drive, agon_cmat teacher,
                   int32_t new_episode, double* loss);
agon_status rollout(agon_model* model, agon_call* call, agon_cmat start, agon_cmat drive,
                    agon_mat out);

agon_status read_metrics(agon_model* model, agon_call* call, double* out);
int64_t tensor_count(agon_model* model);
agon_status get_tensor(agon_model* model, int64_t index, agon_tensor* out);
agon_status set_tensor(agon_model* model, agon_call* call, const char* name, agon_cmat values);

}  // namespace agon::python::verbs
