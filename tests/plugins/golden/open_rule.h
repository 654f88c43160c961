// SPDX-License-Identifier: MIT
//
// A rule of a built plugin, opened and driven through the public ABI as the host does it, with
// hyper-parameters given as text: "depth=2,rule=both".
#pragma once

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "agon/matrix.h"
#include "agon/plugin.h"
#include "harness/plugins/instance.h"

namespace agon::test {

// The first rule of a plugin file; never unloaded.
inline const agon_rule& open_rule(const std::string& file) {
  void* handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) throw std::runtime_error(dlerror());
  const auto entry = reinterpret_cast<agon_plugin_fn>(dlsym(handle, AGON_PLUGIN_SYMBOL));
  if (entry == nullptr) throw std::runtime_error(dlerror());
  return *entry()->rules[0];
}

// The table's defaults, overridden by settings.
inline std::vector<agon_value> values_of(const agon_rule& rule, std::string_view settings) {
  std::vector<agon_value> values;
  for (uint32_t i = 0; i < rule.param_count; ++i) values.push_back(rule.params[i]->default_value);
  while (!settings.empty()) {
    const std::string_view item = settings.substr(0, settings.find(','));
    settings.remove_prefix(std::min(settings.size(), item.size() + 1));
    const std::string key(item.substr(0, item.find('='))), text(item.substr(item.find('=') + 1));
    uint32_t i = 0;
    while (i < rule.param_count && key != rule.params[i]->key) ++i;
    if (i == rule.param_count) throw std::runtime_error(fmt::format("no parameter {}", key));
    const agon_param& p = *rule.params[i];
    if (p.type == AGON_REAL) {
      values[i].r = std::stod(text);
    } else if (p.type == AGON_CHOICE) {
      int64_t c = 0;
      while (c < p.choice_count && text != p.choices[c]) ++c;
      if (c == p.choice_count)
        throw std::runtime_error(fmt::format("{} has no choice {}", key, text));
      values[i].i = c;
    } else {
      values[i].i = std::stoll(text);
    }
  }
  return values;
}

inline std::string preset_of(const agon_rule& rule, std::string_view name) {
  for (uint32_t i = 0; i < rule.preset_count; ++i) {
    if (name == rule.presets[i].name) return rule.presets[i].settings;
  }
  throw std::runtime_error(fmt::format("no preset {}", name));
}

using Rows = std::vector<std::vector<double>>;

inline Matrix matrix_of(const Rows& rows) {
  Matrix m(static_cast<int64_t>(rows.size()),
           rows.empty() ? 0 : static_cast<int64_t>(rows[0].size()));
  for (int64_t r = 0; r < m.rows(); ++r) {
    for (int64_t c = 0; c < m.cols(); ++c) {
      m.at(r, c) = static_cast<float>(rows[static_cast<size_t>(r)][static_cast<size_t>(c)]);
    }
  }
  return m;
}
inline Rows rows_of(agon_mat m) {
  Rows out(static_cast<size_t>(m.rows));
  for (int64_t r = 0; r < m.rows; ++r) {
    for (const float v : row_of(m, r)) out[static_cast<size_t>(r)].push_back(v);
  }
  return out;
}
inline Matrix one_hot(const std::vector<int32_t>& labels, int64_t classes) {
  Matrix m(static_cast<int64_t>(labels.size()), classes);
  for (size_t r = 0; r < labels.size(); ++r) m.at(static_cast<int64_t>(r), labels[r]) = 1.0f;
  return m;
}

struct TaskSpec {
  std::vector<int64_t> shape;
  int64_t classes = 2;
  uint64_t seed = 1;
  int64_t max_batch = 64;
  int64_t train_rows = 64;
  uint32_t kind = AGON_CLASSIFY;
};

// Its shape points into spec.
inline agon_task task_of(const TaskSpec& spec) {
  agon_task task{};
  task.struct_size = sizeof(agon_task);
  task.kind = spec.kind;
  task.seed = spec.seed;
  task.inputs = 1;
  for (const int64_t n : spec.shape) task.inputs *= n;
  task.outputs = spec.classes;
  task.max_batch = spec.max_batch;
  task.train_rows = spec.train_rows;
  task.shape = spec.shape.data();
  task.shape_rank = static_cast<int64_t>(spec.shape.size());
  return task;
}

// One model and its call. Failing verbs throw harness::RuleFailure.
class RuleUnderTest {
 public:
  RuleUnderTest(const agon_rule& rule, const TaskSpec& spec, std::string_view settings)
      : classes_(spec.classes) {
    const agon_task task = task_of(spec);
    const auto values = values_of(rule, settings);
    model_ = std::make_unique<harness::Instance>(rule, call_, task, values);
  }

  double fit(const Matrix& x, const std::vector<int32_t>& labels) {
    const Matrix target = one_hot(labels, classes_);
    return model_->fit(x, target, labels.data());
  }
  double fit(ConstView x, ConstView target, const int32_t* labels) {
    return model_->fit(x, target, labels);
  }
  Rows predict(const Matrix& x) {
    Matrix out(x.rows(), classes_);
    model_->predict(x, out);
    return rows_of(out.view());
  }
  Rows tensor(const std::string& name) { return rows_of(model_->tensor(name).view); }
  void set(const std::string& name, const Rows& rows) {
    const Matrix m = matrix_of(rows);
    model_->set_tensor(name, m);
  }
  harness::Instance& model() { return *model_; }
  std::string log() const { return call_.log_tail(); }

 private:
  int64_t classes_;
  harness::Call call_;
  std::unique_ptr<harness::Instance> model_;
};

}  // namespace agon::test
