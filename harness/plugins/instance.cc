// SPDX-License-Identifier: MIT
#include "harness/plugins/instance.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <set>
#include <string_view>
#include <utility>

namespace agon::harness {
namespace {

template <typename Table>
const Table* offered(const agon_rule& rule, const char* id) {
  const auto* table = static_cast<const Table*>(rule.extension(id));
  return table != nullptr && table->struct_size >= sizeof(Table) ? table : nullptr;
}

// A table that ends before `loss`, the field appended last, is whole as well.
template <typename Table>
const Table* offered_with_or_without_loss(const agon_rule& rule, const char* id) {
  const auto* table = static_cast<const Table*>(rule.extension(id));
  return table != nullptr && table->struct_size >= offsetof(Table, loss) ? table : nullptr;
}
template <typename Table>
auto loss_of(const Table* table) {
  return table->struct_size >= sizeof(Table) ? table->loss : nullptr;
}

constexpr int64_t kPictureElements = 65536;  // as agon/plugin.h says
constexpr int64_t kMaxTensors = 65536;       // likewise

}  // namespace

const char* status_words(agon_status status) noexcept {
  switch (status) {
    case AGON_OK: return "ok";
    case AGON_STOPPED: return "stopped";
    case AGON_SINGULAR: return "singular matrix";
    case AGON_INVALID: return "invalid parameter or input";
    case AGON_NO_MEMORY: return "out of memory";
    case AGON_DIVERGED: return "diverged";
    case AGON_UNSUPPORTED: return "unsupported";
    case AGON_INTERNAL: return "internal error of the rule";
    default: return "unknown status";
  }
}

Instance::Instance(const agon_rule& rule, Call& call, const agon_task& task,
                   std::span<const agon_value> values)
    : rule_(rule),
      call_(call),
      generate_(offered<agon_generate>(rule, AGON_GENERATE_ID)),
      lesion_(offered<agon_lesion>(rule, AGON_LESION_ID)),
      metrics_(offered<agon_metrics>(rule, AGON_METRICS_ID)),
      tensors_(offered<agon_tensors>(rule, AGON_TENSORS_ID)),
      pictures_(offered<agon_pictures>(rule, AGON_PICTURES_ID)) {
  if (task.kind == AGON_DYNAMICS) {
    dynamics_ = offered_with_or_without_loss<agon_dynamics>(rule, AGON_DYNAMICS_ID);
  } else {
    supervised_ = offered_with_or_without_loss<agon_supervised>(rule, AGON_SUPERVISED_ID);
  }
  if (supervised_ == nullptr && dynamics_ == nullptr) {
    throw NotForThis(
        fmt::format("rule '{}' does not offer {}", rule.id,
                    task.kind == AGON_DYNAMICS ? AGON_DYNAMICS_ID : AGON_SUPERVISED_ID));
  }
  if (values.size() != rule.param_count) {
    throw RuleFailure(AGON_INTERNAL, fmt::format("rule '{}' has {} parameters, got {} values",
                                                 rule.id, rule.param_count, values.size()));
  }
  call_.begin();
  try {
    const agon_status status =
        rule.create(Host().abi(), call_.abi(), &task, values.data(), &model_);
    if (status == AGON_UNSUPPORTED)
      throw NotForThis(call_.failed() ? call_.fail_text() : status_words(status));
    check(status);
    if (model_ == nullptr)
      throw RuleFailure(AGON_INTERNAL, fmt::format("rule '{}' created no model", rule.id));
    std::set<std::string_view> names;
    for (const agon_tensor& t : tensors()) {
      if (!names.insert(t.name).second) {
        throw RuleFailure(AGON_INVALID,
                          fmt::format("rule '{}' has two tensors called '{}'", rule.id, t.name));
      }
      const bool learnt = t.writable == AGON_TENSOR_LEARNT || t.writable == AGON_TENSOR_LEARNT_OWN;
      if (learnt) n_params_ += t.view.rows * t.view.cols;
    }
  } catch (...) {
    if (model_ != nullptr) rule_.destroy(model_);
    throw;
  }
}

Instance::Instance(Instance&& other) noexcept
    : rule_(other.rule_),
      call_(other.call_),
      supervised_(other.supervised_),
      dynamics_(other.dynamics_),
      generate_(other.generate_),
      lesion_(other.lesion_),
      metrics_(other.metrics_),
      tensors_(other.tensors_),
      pictures_(other.pictures_),
      model_(std::exchange(other.model_, nullptr)),
      n_params_(other.n_params_) {}

Instance::~Instance() {
  if (model_ != nullptr) rule_.destroy(model_);
}

void Instance::check(agon_status status) {
  if (status == AGON_OK && !call_.failed()) return;
  // A kernel's recorded reason says more than the status the rule passed on.
  const agon_status code = status != AGON_OK ? status : call_.fail_code();
  const std::string text = call_.failed() ? call_.fail_text() : "";
  throw RuleFailure(code, text.empty() ? status_words(code) : text);
}

void Instance::prepare(agon_cmat x, bool last) {
  if (supervised_->prepare == nullptr) return;
  call_.begin();
  check(supervised_->prepare(model_, call_.abi(), x, last ? 1 : 0));
}

double Instance::fit(const agon_batch& batch) {
  call_.begin();
  double loss = std::numeric_limits<double>::quiet_NaN();
  check(supervised_->fit(model_, call_.abi(), &batch, &loss));
  return loss;
}

double Instance::fit(agon_cmat x, agon_cmat target, const int32_t* labels) {
  return fit(agon_batch{sizeof(agon_batch), 0, x, target, labels});
}

bool Instance::has_loss() const noexcept {
  return dynamics_ != nullptr ? loss_of(dynamics_) != nullptr : loss_of(supervised_) != nullptr;
}

double Instance::loss(const agon_batch& batch) {
  call_.begin();
  double loss = std::numeric_limits<double>::quiet_NaN();
  check(loss_of(supervised_)(model_, call_.abi(), &batch, &loss));
  return loss;
}

double Instance::loss(agon_cmat drive, agon_cmat teacher) {
  call_.begin();
  double loss = std::numeric_limits<double>::quiet_NaN();
  check(loss_of(dynamics_)(model_, call_.abi(), drive, teacher, &loss));
  return loss;
}

void Instance::end_epoch(int64_t epoch) {
  const auto verb = dynamics_ != nullptr ? dynamics_->end_epoch : supervised_->end_epoch;
  if (verb == nullptr) return;
  call_.begin();
  check(verb(model_, call_.abi(), epoch));
}

double Instance::fit(agon_cmat drive, agon_cmat teacher, bool new_episode) {
  call_.begin();
  double loss = std::numeric_limits<double>::quiet_NaN();
  check(dynamics_->fit(model_, call_.abi(), drive, teacher, new_episode ? 1 : 0, &loss));
  return loss;
}

void Instance::rollout(agon_cmat start, agon_cmat drive, agon_mat out) {
  call_.begin();
  check(dynamics_->rollout(model_, call_.abi(), start, drive, out));
}

void Instance::generate(agon_cmat target, agon_mat out) {
  call_.begin();
  check(generate_->generate(model_, call_.abi(), target, out));
}

void Instance::harm(uint32_t kind, double level, uint64_t seed) {
  call_.begin();
  check(lesion_->harm(model_, call_.abi(), kind, level, seed));
}

void Instance::predict(agon_cmat x, agon_mat out) {
  call_.begin();
  check(supervised_->predict(model_, call_.abi(), x, out));
}

std::span<const agon_metric> Instance::metric_schema() const noexcept {
  if (metrics_ == nullptr) return {};
  return {metrics_->schema, metrics_->count};
}

std::vector<double> Instance::metrics() {
  std::vector<double> out(metric_schema().size(), std::numeric_limits<double>::quiet_NaN());
  if (out.empty()) return out;
  call_.begin();
  check(metrics_->read(model_, call_.abi(), out.data()));
  return out;
}

std::optional<Instance::Picture> Instance::picture(size_t index) {
  const agon_picture& about = pictures_->schema[index];
  if (about.kind > AGON_IMAGES) return std::nullopt;
  agon_cmat values{};
  call_.begin();
  check(pictures_->read(model_, call_.abi(), static_cast<uint32_t>(index), &values));
  if (values.rows <= 0 || values.cols <= 0 || values.data == nullptr) return std::nullopt;
  if (values.rows > kPictureElements / values.cols) {
    throw RuleFailure(AGON_INVALID,
                      fmt::format("picture '{}' has {} x {} elements, more than {}", about.key,
                                  values.rows, values.cols, kPictureElements));
  }
  return Picture{&about, values};
}

std::vector<agon_tensor> Instance::tensors() {
  std::vector<agon_tensor> out;
  if (tensors_ == nullptr) return out;
  call_.begin();
  const int64_t count = tensors_->count(model_);
  if (count < 0 || count > kMaxTensors) {
    throw RuleFailure(AGON_INVALID, fmt::format("rule '{}' has {} tensors, 0 to {} are taken",
                                                rule_.id, count, kMaxTensors));
  }
  out.resize(static_cast<size_t>(count));
  for (size_t i = 0; i < out.size(); ++i) {
    agon_tensor& t = out[i];
    check(tensors_->get(model_, static_cast<int64_t>(i), &t));
    if (t.name == nullptr)
      throw RuleFailure(AGON_INVALID, fmt::format("rule '{}': tensor {} has no name", rule_.id, i));
    const bool empty = t.view.rows == 0 || t.view.cols == 0;
    if (t.view.rows < 0 || t.view.cols < 0 ||
        (!empty && (t.view.data == nullptr || t.view.stride < t.view.cols))) {
      throw RuleFailure(AGON_INVALID,
                        fmt::format("rule '{}': tensor '{}' is no matrix: {} x {}, stride {}{}",
                                    rule_.id, t.name, t.view.rows, t.view.cols, t.view.stride,
                                    t.view.data == nullptr ? ", NULL" : ""));
    }
  }
  return out;
}

agon_tensor Instance::tensor(const std::string& name) {
  for (const agon_tensor& t : tensors()) {
    if (name == t.name) return t;
  }
  throw RuleFailure(AGON_INVALID, fmt::format("rule '{}' has no tensor '{}'", rule_.id, name));
}

void Instance::set_tensor(const std::string& name, agon_cmat values) {
  if (tensors_ == nullptr) {
    throw RuleFailure(AGON_UNSUPPORTED,
                      fmt::format("rule '{}' does not offer " AGON_TENSORS_ID, rule_.id));
  }
  call_.begin();
  check(tensors_->set(model_, call_.abi(), name.c_str(), values));
}

}  // namespace agon::harness
