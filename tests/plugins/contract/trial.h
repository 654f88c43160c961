// SPDX-License-Identifier: MIT
//
// A rule of any kind with its default settings on a small problem that it can learn, driven through
// the ABI as the host does it.
#pragma once

#include <algorithm>
#include <boost/test/data/monomorphic.hpp>
#include <cmath>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agon/matrix.h"
#include "harness/plugins/instance.h"
#include "harness/plugins/loader.h"

namespace agon::test {

// A rule by its place in its plugin.
struct Subject {
  std::string file;
  size_t index;
  const agon_rule& rule() const { return *harness::open_plugin(file).rules[index]; }
  bool can(uint64_t bits) const { return (rule().capabilities & bits) != 0; }
};
inline std::ostream& operator<<(std::ostream& out, const Subject& s) { return out << s.rule().id; }

// Every rule of the tree that has one of these capabilities.
inline std::vector<Subject> subjects_that(uint64_t can) {
  std::vector<Subject> all;
  const std::vector<harness::PluginPlace> places{{.path = AGON_PLUGINS}};
  for (const harness::PluginPlace& file : harness::plugin_files(places)) {
    const uint32_t count = harness::open_plugin(file.path).rule_count;
    for (size_t i = 0; i < count; ++i) {
      const Subject subject{file.path.string(), i};
      if (subject.can(can)) all.push_back(subject);
    }
  }
  return all;
}

using Bits = std::vector<float>;
inline bool same_bits(const Bits& a, const Bits& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}
inline Bits bits_of(ConstView m) {
  Bits all;
  for (int64_t r = 0; r < m.rows; ++r) {
    const auto row = row_of(m, r);
    all.insert(all.end(), row.begin(), row.end());
  }
  return all;
}

// Three noisy prototypes with values in [0, 1]; the targets one-hot to classify, else two smooth
// functions of the inputs with values in [0, 1].
struct Rows {
  static constexpr int64_t kInputs = 64;
  Matrix x, target;
  std::vector<int32_t> labels;  // empty to regress

  Rows(uint32_t kind, int64_t rows)
      : x(rows, kInputs), target(rows, kind == AGON_CLASSIFY ? 3 : 2) {
    unsigned state = 7;
    const auto next = [&] {
      return static_cast<float>((state = state * 1664525u + 1013904223u) >> 8) / 16777216.0f;
    };
    Matrix prototypes(3, kInputs);
    for (int64_t c = 0; c < 3; ++c) {
      for (float& v : prototypes.row(c)) v = next();
    }
    for (int64_t r = 0; r < rows; ++r) {
      const int64_t label = r % 3;
      for (int64_t i = 0; i < kInputs; ++i)
        x.at(r, i) = 0.7f * prototypes.at(label, i) + 0.3f * next();
      if (kind == AGON_CLASSIFY) {
        labels.push_back(static_cast<int32_t>(label));
        target.at(r, label) = 1;
      } else {
        target.at(r, 0) = 0.5f + 0.4f * std::sin(3 * x.at(r, 0));
        target.at(r, 1) = 0.5f * (x.at(r, 1) + x.at(r, 2));
      }
    }
  }
  agon_batch batch(int64_t begin, int64_t rows) {
    return {sizeof(agon_batch),
            0,
            agon::rows_of(x.view(), begin, begin + rows),
            agon::rows_of(target.view(), begin, begin + rows),
            labels.empty() ? nullptr : labels.data() + begin,
            nullptr,
            0};
  }
};

// A model of rows.
class RowModel {
 public:
  RowModel(const agon_rule& rule, Rows& data, int64_t batch = 16, uint64_t seed = 1,
           int64_t keep_bytes = 0)
      : data_(data), batch_(batch) {
    std::vector<agon_value> values;
    for (uint32_t i = 0; i < rule.param_count; ++i) values.push_back(rule.params[i]->default_value);
    agon_task task{};
    task.struct_size = sizeof(task);
    task.kind = data.labels.empty() ? AGON_REGRESS : AGON_CLASSIFY;
    task.seed = seed;
    task.inputs = Rows::kInputs;
    task.outputs = data.target.cols();
    task.max_batch = batch;
    task.train_rows = data.x.rows();
    task.shape = kShape;
    task.shape_rank = 2;
    task.keep_bytes = keep_bytes;
    instance_.emplace(rule, call_, task, values);
    for (const agon_tensor& t : instance_->tensors()) roles_[t.name] = t.writable;
  }
  harness::Instance* operator->() { return &*instance_; }
  harness::Call& call() { return call_; }

  void prepare() {
    if (!instance_->has_prepare()) return;
    each([&](const agon_batch& b, bool last) { instance_->prepare(b.x, last); });
  }
  // Returns the mean loss that fit reported in the first epoch.
  double epochs(int64_t n) {
    double first = 0;
    for (int64_t e = 1; e <= n; ++e) {
      each([&](const agon_batch& b, bool) {
        const double loss = instance_->fit(b);
        if (e == 1)
          first += loss * static_cast<double>(b.x.rows) / static_cast<double>(data_.x.rows());
      });
      instance_->end_epoch(e);
    }
    return first;
  }
  double loss() {
    double sum = 0;
    each([&](const agon_batch& b, bool) {
      sum +=
          instance_->loss(b) * static_cast<double>(b.x.rows) / static_cast<double>(data_.x.rows());
    });
    return sum;
  }
  Bits predict() {
    Bits all;
    Matrix out(batch_, data_.target.cols());
    each([&](const agon_batch& b, bool) {
      instance_->predict(b.x, out.top(b.x.rows));
      const Bits some = bits_of(out.top(b.x.rows));
      all.insert(all.end(), some.begin(), some.end());
    });
    return all;
  }
  // Rows whose largest score is that of their class.
  int64_t hits(const Bits& scores) const {
    int64_t hits = 0;
    const auto classes = static_cast<std::ptrdiff_t>(data_.target.cols());
    for (size_t r = 0; r < data_.labels.size(); ++r) {
      const auto row = scores.begin() + static_cast<std::ptrdiff_t>(r) * classes;
      hits += std::max_element(row, row + classes) - row == data_.labels[r] ? 1 : 0;
    }
    return hits;
  }
  // Every tensor by name; the roles are those before the first fit.
  std::map<std::string, Bits> tensors() {
    std::map<std::string, Bits> all;
    for (const agon_tensor& t : instance_->tensors()) {
      all[t.name] = bits_of({t.view.data, t.view.rows, t.view.cols, t.view.stride});
    }
    return all;
  }
  const std::map<std::string, uint32_t>& roles() const { return roles_; }
  bool learns(const std::string& tensor) const {
    const uint32_t role = roles_.at(tensor);
    return role == AGON_TENSOR_LEARNT || role == AGON_TENSOR_LEARNT_OWN;
  }
  Bits learnt() {
    Bits all;
    for (const auto& [name, values] : tensors()) {
      if (learns(name)) all.insert(all.end(), values.begin(), values.end());
    }
    return all;
  }

 private:
  template <typename Visit>
  void each(Visit&& visit) {
    for (int64_t r = 0; r < data_.x.rows(); r += batch_) {
      const int64_t rows = std::min(batch_, data_.x.rows() - r);
      visit(data_.batch(r, rows), r + rows == data_.x.rows());
    }
  }

  static constexpr int64_t kShape[2] = {8, 8};
  Rows& data_;
  int64_t batch_;
  harness::Call call_;
  std::optional<harness::Instance> instance_;
  std::map<std::string, uint32_t> roles_;
};

// A circle in the plane in 2 s, and a model that learns it.
class TrajectoryModel {
 public:
  explicit TrajectoryModel(const agon_rule& rule, uint64_t seed = 1)
      : drive_(kSteps, 2), teacher_(kSteps, 2) {
    for (int64_t n = 0; n < kSteps; ++n) {
      const double angle = 2 * M_PI * 0.5 * static_cast<double>(n) * kDt;
      teacher_.at(n, 0) = static_cast<float>(std::cos(angle));
      teacher_.at(n, 1) = static_cast<float>(std::sin(angle));
    }
    std::vector<agon_value> values;
    for (uint32_t i = 0; i < rule.param_count; ++i) values.push_back(rule.params[i]->default_value);
    agon_task task{};
    task.struct_size = sizeof(task);
    task.kind = AGON_DYNAMICS;
    task.seed = seed;
    task.inputs = task.outputs = 2;
    task.max_batch = 1;
    task.train_rows = kSteps;
    task.shape = kShape;
    task.shape_rank = 1;
    task.dt = kDt;
    task.episodes = 1;
    instance_.emplace(rule, call_, task, values);
  }
  harness::Instance* operator->() { return &*instance_; }
  double epoch(int64_t number = 1) {
    const double loss = instance_->fit(drive_.view(), teacher_.view(), true);
    instance_->end_epoch(number);
    return loss;
  }
  double loss() { return instance_->loss(drive_.view(), teacher_.view()); }
  Bits rollout() {
    Matrix out(kSteps + 2, 2);
    out.fill(-12345.0f);
    instance_->rollout(teacher_.top(1), drive_.view(), out.top(kSteps));
    for (int64_t r = kSteps; r < out.rows(); ++r)
      untouched_ = untouched_ && out.at(r, 0) == -12345.0f;
    return bits_of(out.top(kSteps));
  }
  bool wrote_nothing_else() const { return untouched_; }
  Bits teacher() const { return bits_of(teacher_); }

 private:
  static constexpr int64_t kSteps = 2000, kShape[1] = {2};
  static constexpr double kDt = 1e-3;
  Matrix drive_, teacher_;
  harness::Call call_;
  std::optional<harness::Instance> instance_;
  bool untouched_ = true;
};

}  // namespace agon::test
