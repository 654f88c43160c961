// SPDX-License-Identifier: MIT
//
// Faults of what a rule answers: losses, outputs, metrics, pictures and tensors out of contract, and
// writes to what it was given to read.
#include <cstdint>
#include <limits>
#include <string>

#include "tests/faults/matrix/fault.h"

namespace agon::faults {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr float kInfinite = std::numeric_limits<float>::infinity();

void nan_loss(Scene& scene) { scene.loss = kNaN; }
void infinite_loss(Scene& scene) { scene.loss = -std::numeric_limits<double>::infinity(); }
void nan_output(Scene& scene) { scene.first = std::numeric_limits<float>::quiet_NaN(); }
void infinite_output(Scene& scene) { scene.first = kInfinite; }
void huge_output(Scene& scene) { scene.first = std::numeric_limits<float>::max(); }
void unwritten(Scene& scene) { scene.rows /= 2; }
void overrun(Scene& scene) { scene.out.data[scene.out.rows * scene.out.stride] = 1; }
void underrun(Scene& scene) { scene.out.data[-1] = 1; }
void writes_inputs(Scene& scene) { const_cast<float*>(scene.batch->x.data)[0] += 1; }
void writes_targets(Scene& scene) { const_cast<float*>(scene.batch->target.data)[0] = 7; }
void writes_labels(Scene& scene) { const_cast<int32_t*>(scene.batch->labels)[0] = 12345; }

void nan_metrics(Scene& scene) { scene.metrics[0] = kNaN; }
void infinite_metrics(Scene& scene) { scene.metrics[0] = std::numeric_limits<double>::infinity(); }
void many_metrics(Scene& scene) {
  static const std::vector<std::string> keys = [] {
    std::vector<std::string> all;
    for (int i = 0; i < 100000; ++i) all.push_back("k" + std::to_string(i));
    return all;
  }();
  for (const std::string& key : keys) scene.metric_rows->push_back({key.c_str(), "", ""});
}
void hosts_metric(Scene& scene) { (*scene.metric_rows)[0].key = "nrmse"; }
void metric_key(Scene& scene) { (*scene.metric_rows)[0].key = "No key,\n\"at all\""; }
void null_metric(Scene& scene) { (*scene.metric_rows)[0].key = nullptr; }

// Rows and columns are said to be more than there are, or lie nowhere.
void large_picture(Scene& scene) { *scene.picture = {scene.picture->data, 1 << 16, 2, 2}; }
void endless_picture(Scene& scene) {
  *scene.picture = {scene.picture->data, int64_t{1} << 62, int64_t{1} << 62, 1};
}
void picture_nowhere(Scene& scene) {
  *scene.picture = {reinterpret_cast<const float*>(uintptr_t{64}), 4, 4, 4};
}
void nan_picture(Scene& scene) { const_cast<float*>(scene.picture->data)[0] = kInfinite; }

void twin_tensors(Scene& scene) { scene.tensors->push_back(scene.tensors->front()); }
void negative_tensor(Scene& scene) { scene.tensors->front().view.rows = -5; }
void tensor_nowhere(Scene& scene) { scene.tensors->front().view.data = nullptr; }
void many_tensors(Scene& scene) {
  for (int i = 0; i < 70000; ++i) {
    scene.tensors->push_back(scene.tensors->front());
    scene.tensors->back().name = "t" + std::to_string(i);
  }
}
void stops_unasked(Scene&) { throw RuleError(AGON_STOPPED, ""); }
void singular(Scene&) { throw RuleError(AGON_SINGULAR, ""); }
void unknown_status(Scene&) { throw RuleError(static_cast<agon_status>(4711), ""); }
void long_failure(Scene&) {
  throw RuleError(AGON_INVALID, std::string(100000, 'x') + "\x1b[31m,\"\n<script>");
}

constexpr Fault kAnswers[] = {
    {"nan-loss", When::fit, nan_loss, 2},
    {"infinite-loss", When::fit, infinite_loss},
    {"nan-output", When::predict, nan_output, 0},
    {"infinite-output", When::predict, infinite_output, 0},
    {"huge-output", When::predict, huge_output, 0},
    {"unwritten", When::predict, unwritten, 0},
    {"overrun", When::predict, overrun, 0},
    {"underrun", When::predict, underrun, 0},
    {"writes-inputs", When::fit, writes_inputs, 0},
    {"writes-targets", When::fit, writes_targets, 0},
    {"writes-labels", When::fit, writes_labels, 0},
    {"nan-metrics", When::metrics, nan_metrics},
    {"infinite-metrics", When::metrics, infinite_metrics},
    {"many-metrics", When::create, many_metrics},
    {"hosts-metric", When::create, hosts_metric},
    {"metric-key", When::create, metric_key},
    {"null-metric", When::create, null_metric},
    {"large-picture", When::picture, large_picture},
    {"endless-picture", When::picture, endless_picture},
    {"picture-nowhere", When::picture, picture_nowhere},
    {"nan-picture", When::picture, nan_picture},
    {"twin-tensors", When::tensors, twin_tensors},
    {"negative-tensor", When::tensors, negative_tensor, 0},
    {"tensor-nowhere", When::tensors, tensor_nowhere, 0},
    {"many-tensors", When::tensors, many_tensors},
    {"stops-unasked", When::fit, stops_unasked},
    {"singular", When::fit, singular},
    {"unknown-status", When::fit, unknown_status},
    {"long-failure", When::fit, long_failure},
    // See tables.cc.
    {"magic", When::never, nullptr},
    {"minor", When::never, nullptr},
    {"null-plugin", When::never, nullptr},
    {"short-plugin", When::never, nullptr},
    {"no-rules", When::never, nullptr},
    {"null-rule", When::never, nullptr},
    {"short-rule", When::never, nullptr},
    {"no-create", When::never, nullptr},
    {"bad-id", When::never, nullptr},
    {"unknown-capability", When::never, nullptr},
    {"nan-memory", When::never, nullptr},
    {"null-params", When::never, nullptr},
    {"null-fit", When::never, nullptr},
    {"short-table", When::never, nullptr},
    {"throws-through", When::never, nullptr},
    {"null-model", When::never, nullptr},
};

}  // namespace

std::span<const Fault> answers() { return kAnswers; }

}  // namespace agon::faults
