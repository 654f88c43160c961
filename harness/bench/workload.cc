// SPDX-License-Identifier: MIT
#include "harness/bench/workload.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numbers>
#include <string>
#include <vector>

#include "core/cpu_time.h"
#include "core/matrix.h"
#include "core/rng.h"
#include "harness/plugins/call.h"
#include "harness/plugins/instance.h"
#include "harness/plugins/loader.h"
#include "harness/plugins/values.h"
#include "harness/train/abi.h"

namespace agon::harness::bench {
namespace {

constexpr double kDt = 1e-3;                        // s, of a trajectory
constexpr int64_t kKeepBytes = int64_t{256} << 20;  // as in a cell
constexpr uint64_t kRowsSeed = 1, kRowsStream = 0;  // of what is drawn for x

const agon_rule& open(const RuleManifest& rule) {
  const std::filesystem::path file = rule.plugin_path;
  const std::string& id = rule.id_in_plugin.empty() ? rule.id : rule.id_in_plugin;
  return rule_of(open_plugin(file), id, file);
}

std::vector<agon_value> values_of(const RuleManifest& rule, std::string_view settings,
                                  const Net& net) {
  std::vector<agon_value> values = rule.defaults();
  for (const auto& [key, text] : parse_settings(settings)) {
    const ParamManifest* param = rule.param(key);
    if (param == nullptr) continue;
    values[rule.index_of(key)] = parse_value(*param, text);
  }
  if (rule.param("batch") != nullptr) values[rule.index_of("batch")].i = net.batch;
  return values;
}

// A rule's model, timed and counted; what it does once is up to the case.
class OfRule : public Workload {
 public:
  double run(int64_t times) final {
    const double start = core::thread_seconds();
    for (int64_t i = 0; i < times; ++i) once(*model_);
    return core::thread_seconds() - start;
  }
  uint64_t macs() final {
    call_.work().reset();
    run(1);
    return call_.macs();
  }

 protected:
  Instance& make(const RuleManifest& rule, std::string_view settings, const Case& one,
                 const agon_task& task) {
    return model_.emplace(open(rule), call_, task, values_of(rule, settings, one.net));
  }

 private:
  virtual void once(Instance& model) = 0;

  Call call_;
  std::optional<Instance> model_;
};

class Rows : public OfRule {
 public:
  Rows(const RuleManifest& rule, std::string_view settings, const Case& one, bool keeps)
      : work_(one.work),
        classes_(std::max<int64_t>(2, one.net.outputs)),
        shape_(one.net.inputs),
        x_(static_cast<size_t>(one.net.batch), static_cast<size_t>(one.net.inputs)),
        target_(x_.rows(), static_cast<size_t>(classes_)),
        out_(x_.rows(), target_.cols()) {
    core::fill_uniform(kRowsSeed, kRowsStream, 0.0f, 1.0f, x_.view());
    for (size_t r = 0; r < x_.rows(); ++r) {
      labels_.push_back(static_cast<int32_t>(r % target_.cols()));
      numbers_.push_back(static_cast<int32_t>(r));
      target_.at(r, static_cast<size_t>(labels_.back())) = 1.0f;
    }
    agon_task task = describe_rows(AGON_CLASSIFY, {&shape_, 1}, classes_);
    task.seed = 1;
    task.max_batch = task.train_rows = one.net.batch;
    task.keep_bytes = keeps ? kKeepBytes : 0;
    Instance& model = make(rule, settings, one, task);
    if (model.has_prepare()) model.prepare(to_abi(core::ConstView(x_)), true);
    batch_.struct_size = sizeof(agon_batch);
    batch_.x = to_abi(core::ConstView(x_));
    batch_.target = to_abi(core::ConstView(target_));
    batch_.labels = labels_.data();
    if (!keeps) return;
    batch_.rows = numbers_.data();
    batch_.source = 1;
  }

 private:
  void once(Instance& model) override {
    if (work_ == Work::predict) {
      model.predict(batch_.x, to_abi(out_.view()));
    } else {
      model.fit(batch_);
    }
  }

  Work work_;
  int64_t classes_, shape_;
  core::Matrix x_, target_, out_;
  std::vector<int32_t> labels_, numbers_;
  agon_batch batch_{};
};

// Round a circle, once a second.
class Trajectory : public OfRule {
 public:
  Trajectory(const RuleManifest& rule, std::string_view settings, const Case& one)
      : shape_(one.net.inputs),
        drive_(static_cast<size_t>(one.net.batch), static_cast<size_t>(one.net.inputs)),
        teacher_(drive_.rows(), drive_.cols()) {
    for (size_t n = 0; n < teacher_.rows(); ++n) {
      for (size_t q = 0; q < teacher_.cols(); ++q) {
        const double angle = 2 * std::numbers::pi * static_cast<double>(n) * kDt;
        const double quarter = std::numbers::pi / 2 * static_cast<double>(q);
        teacher_.at(n, q) = static_cast<float>(std::cos(angle - quarter));
      }
    }
    agon_task task = describe_rows(AGON_DYNAMICS, {&shape_, 1}, one.net.outputs);
    task.seed = 1;
    task.max_batch = 1;
    task.train_rows = one.net.batch;
    task.dt = kDt;
    task.episodes = 1;
    make(rule, settings, one, task);
  }

 private:
  void once(Instance& model) override {
    model.fit(to_abi(core::ConstView(drive_)), to_abi(core::ConstView(teacher_)), true);
  }

  int64_t shape_;
  core::Matrix drive_, teacher_;
};

}  // namespace

double steps_of(const Case& one) {
  return one.work == Work::trajectory ? static_cast<double>(one.net.batch) : 1.0;
}

std::unique_ptr<Workload> workload(const RuleManifest& rule, std::string_view settings,
                                   const Case& one, bool keeps) {
  if (one.work == Work::trajectory) return std::make_unique<Trajectory>(rule, settings, one);
  return std::make_unique<Rows>(rule, settings, one, keeps);
}

}  // namespace agon::harness::bench
