// SPDX-License-Identifier: MIT
//
// A model that learns trajectories, made and driven through the ABI as a host does it.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "harness/plugins/call.h"
#include "harness/plugins/host.h"
#include "tests/plugins/golden/open_rule.h"

namespace agon::test {

struct DynamicSpec {
  int64_t dims = 2;
  double dt = 1e-3;
  int64_t episodes = 1;
  uint64_t seed = 1;
};

// Failing verbs throw harness::RuleFailure.
class DynamicModel {
 public:
  DynamicModel(const agon_rule& rule, const DynamicSpec& spec, std::string_view settings)
      : rule_(rule) {
    agon_task task{};
    task.struct_size = sizeof(agon_task);
    task.kind = AGON_DYNAMICS;
    task.seed = spec.seed;
    task.inputs = task.outputs = spec.dims;
    task.max_batch = 64;
    task.shape = &spec.dims;
    task.shape_rank = 1;
    task.dt = spec.dt;
    task.episodes = spec.episodes;
    const auto values = values_of(rule, settings);
    call.begin();
    check(rule.create(&rule, harness::Host().abi(), call.abi(), &task, values.data(), &model_));
  }
  ~DynamicModel() { rule_.destroy(model_); }
  DynamicModel(const DynamicModel&) = delete;
  DynamicModel& operator=(const DynamicModel&) = delete;

  double fit(ConstView drive, ConstView teacher, bool new_episode = true) {
    double loss = 0;
    call.begin();
    check(table<agon_dynamics>(AGON_DYNAMICS_ID)
              .fit(model_, call.abi(), drive, teacher, new_episode ? 1 : 0, &loss));
    return loss;
  }
  void end_epoch() {
    call.begin();
    check(table<agon_dynamics>(AGON_DYNAMICS_ID).end_epoch(model_, call.abi(), 1));
  }
  void rollout(ConstView start, ConstView drive, View out) {
    call.begin();
    check(table<agon_dynamics>(AGON_DYNAMICS_ID).rollout(model_, call.abi(), start, drive, out));
  }
  Matrix rollout(ConstView start, ConstView drive) {
    Matrix out(drive.rows, drive.cols);
    rollout(start, drive, out);
    return out;
  }
  void harm(uint32_t kind, double level, uint64_t seed = 1) {
    call.begin();
    check(table<agon_lesion>(AGON_LESION_ID).harm(model_, call.abi(), kind, level, seed));
  }
  double metric(std::string_view key) {
    const auto& metrics = table<agon_metrics>(AGON_METRICS_ID);
    std::vector<double> all(metrics.count);
    call.begin();
    check(metrics.read(model_, call.abi(), all.data()));
    for (uint32_t i = 0; i < metrics.count; ++i) {
      if (metrics.schema[i].key == key) return all[i];
    }
    throw std::runtime_error("no metric " + std::string(key));
  }
  Rows picture(uint32_t index) {
    agon_cmat view{};
    call.begin();
    check(table<agon_pictures>(AGON_PICTURES_ID).read(model_, call.abi(), index, &view));
    Rows rows(static_cast<size_t>(view.rows));
    for (int64_t r = 0; r < view.rows; ++r) {
      for (const float v : row_of(view, r)) rows[static_cast<size_t>(r)].push_back(v);
    }
    return rows;
  }
  Rows tensor(std::string_view name) {
    const auto& tensors = table<agon_tensors>(AGON_TENSORS_ID);
    for (int64_t i = 0; i < tensors.count(model_); ++i) {
      agon_tensor t{};
      t.struct_size = sizeof(t);
      tensors.get(model_, i, &t);
      if (name == t.name) return rows_of(t.view);
    }
    throw std::runtime_error("no tensor " + std::string(name));
  }
  void set(const char* name, const Rows& rows) {
    const Matrix m = matrix_of(rows);
    call.begin();
    check(table<agon_tensors>(AGON_TENSORS_ID).set(model_, call.abi(), name, m.view()));
  }

  harness::Call call;

 private:
  template <typename Table>
  const Table& table(const char* id) {
    const void* found = rule_.extension(&rule_, id);
    if (found == nullptr) throw std::runtime_error(std::string("the rule does not offer ") + id);
    return *static_cast<const Table*>(found);
  }
  void check(agon_status status) {
    if (status != AGON_OK || call.failed()) throw harness::RuleFailure(status, call.fail_text());
  }

  const agon_rule& rule_;
  agon_model* model_ = nullptr;
};

}  // namespace agon::test
