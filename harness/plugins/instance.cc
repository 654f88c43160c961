// SPDX-License-Identifier: MIT
#include "harness/plugins/instance.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>
#include <string_view>
#include <utility>

#include "harness/plugins/schema_check.h"
#include "harness/plugins/sized.h"

namespace agon::harness {
namespace {

// Zero where the rule does not offer it: its verbs are NULL then.
template <typename Table>
Table table_of(const agon_rule& rule, const char* id) {
  return offered<Table>(rule, id).value_or(Table{});
}

constexpr int64_t kPictureElements = 65536;  // as agon/plugin.h says
constexpr int64_t kMaxTensors = 65536;       // likewise
constexpr uint32_t kMaxMetrics = 256;        // likewise
constexpr uint32_t kMaxPictures = 4096;      // more is a broken table

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
    : self_(rule),
      rule_(whole(rule)),
      call_(call),
      moves_(task.kind == AGON_DYNAMICS),
      generate_(table_of<agon_generate>(rule, AGON_GENERATE_ID)),
      lesion_(table_of<agon_lesion>(rule, AGON_LESION_ID)),
      metrics_(table_of<agon_metrics>(rule, AGON_METRICS_ID)),
      tensors_(table_of<agon_tensors>(rule, AGON_TENSORS_ID)),
      pictures_(table_of<agon_pictures>(rule, AGON_PICTURES_ID)),
      state_(table_of<agon_state>(rule, AGON_STATE_ID)) {
  if (moves_) {
    dynamics_ = table_of<agon_dynamics>(rule, AGON_DYNAMICS_ID);
  } else {
    supervised_ = table_of<agon_supervised>(rule, AGON_SUPERVISED_ID);
    if ((task.flags & AGON_TASK_SERIES) != 0)
      sequence_ = table_of<agon_sequence>(rule, AGON_SEQUENCE_ID);
  }
  if (supervised_.fit == nullptr && sequence_.fit == nullptr && dynamics_.fit == nullptr) {
    throw NotForThis(fmt::format("rule '{}' does not offer {}", rule.id,
                                 moves_ ? AGON_DYNAMICS_ID : AGON_SUPERVISED_ID));
  }
  if (values.size() != rule_.param_count) {
    throw RuleFailure(AGON_INTERNAL, fmt::format("rule '{}' has {} parameters, got {} values",
                                                 rule.id, rule_.param_count, values.size()));
  }
  call_.begin("create");
  try {
    const agon_status status =
        rule_.create(&self_, Host().abi(), call_.abi(), &task, values.data(), &model_);
    if (status == AGON_UNSUPPORTED)
      throw NotForThis(call_.failed() ? call_.fail_text() : status_words(status));
    check(status);
    if (model_ == nullptr)
      throw RuleFailure(AGON_INTERNAL, fmt::format("rule '{}' created no model", rule.id));
    series_ = sequence_.fit != nullptr &&
              (sequence_.takes_series == nullptr || sequence_.takes_series(model_) != 0);
    if (!moves_ && !series_ && supervised_.fit == nullptr) {
      throw NotForThis(
          fmt::format("rule '{}' takes no flat rows and this model no series", rule.id));
    }
    read_schemas();
    read_tensors();
  } catch (...) {
    if (model_ != nullptr) rule_.destroy(model_);
    throw;
  }
}

// What this model reports and draws; a schema of its own is checked as the static one is at load.
void Instance::read_schemas() {
  const auto read = [&](const auto& table, auto rows, auto fault_of, const char* id,
                        uint32_t most) {
    rows.struct_size = sizeof(rows);
    rows.count = table.count;
    rows.stride = table.stride;
    rows.rows = table.schema;
    if (table.read != nullptr && table.schema_of != nullptr) {
      rows.count = 0;
      check(table.schema_of(model_, &rows));
    }
    const bool broken = rows.count > 0 && (rows.rows == nullptr || rows.stride < sizeof(void*));
    if (broken || rows.count > most)
      throw RuleFailure(AGON_INVALID, fmt::format("rule '{}': its {} is not whole", self_.id, id));
    auto schema = read_rows(rows.rows, rows.count, rows.stride);
    if (const std::string fault = fault_of(schema); !fault.empty())
      throw RuleFailure(AGON_INVALID, fmt::format("rule '{}': {}", self_.id, fault));
    return schema;
  };
  metric_schema_ = read(metrics_, agon_metric_rows{}, metrics_fault, AGON_METRICS_ID, kMaxMetrics);
  picture_schema_ =
      read(pictures_, agon_picture_rows{}, pictures_fault, AGON_PICTURES_ID, kMaxPictures);
}

void Instance::read_tensors() {
  std::set<std::string_view> names;
  for (const agon_tensor& t : tensors()) {
    if (!names.insert(t.name).second) {
      throw RuleFailure(AGON_INVALID,
                        fmt::format("rule '{}' has two tensors called '{}'", self_.id, t.name));
    }
    const bool learnt = t.writable == AGON_TENSOR_LEARNT || t.writable == AGON_TENSOR_LEARNT_OWN;
    if (learnt) n_params_ += t.view.rows * t.view.cols;
  }
}

Instance::Instance(Instance&& other) noexcept
    : self_(other.self_),
      rule_(other.rule_),
      call_(other.call_),
      moves_(other.moves_),
      series_(other.series_),
      supervised_(other.supervised_),
      sequence_(other.sequence_),
      dynamics_(other.dynamics_),
      generate_(other.generate_),
      lesion_(other.lesion_),
      metrics_(other.metrics_),
      tensors_(other.tensors_),
      pictures_(other.pictures_),
      state_(other.state_),
      metric_schema_(std::move(other.metric_schema_)),
      picture_schema_(std::move(other.picture_schema_)),
      model_(std::exchange(other.model_, nullptr)),
      n_params_(other.n_params_) {}

Instance::~Instance() {
  if (model_ == nullptr) return;
  Call::note("destroy");
  rule_.destroy(model_);
}

void Instance::check(agon_status status) {
  if (status == AGON_OK && !call_.failed()) return;
  // A kernel's recorded reason says more than the status the rule passed on.
  const agon_status code = status != AGON_OK ? status : call_.fail_code();
  const std::string text = call_.failed() ? call_.fail_text() : "";
  throw RuleFailure(code, text.empty() ? status_words(code) : text);
}

void Instance::prepare(agon_cmat x, bool last) {
  if (supervised_.prepare == nullptr) return;
  call_.begin("prepare");
  check(supervised_.prepare(model_, call_.abi(), x, last ? 1 : 0));
}

double Instance::fit(const agon_batch& batch) {
  call_.begin("fit");
  double loss = std::numeric_limits<double>::quiet_NaN();
  check(supervised_.fit(model_, call_.abi(), &batch, &loss));
  return loss;
}

double Instance::fit(agon_cmat x, agon_cmat target, const int32_t* labels) {
  return fit(agon_batch{sizeof(agon_batch), 0, x, target, labels, nullptr, 0});
}

bool Instance::has_loss() const noexcept {
  if (moves_) return dynamics_.loss != nullptr;
  return series_ ? sequence_.loss != nullptr : supervised_.loss != nullptr;
}

double Instance::loss(const agon_batch& batch) {
  call_.begin("loss");
  double loss = std::numeric_limits<double>::quiet_NaN();
  check(supervised_.loss(model_, call_.abi(), &batch, &loss));
  return loss;
}

double Instance::loss(agon_cmat drive, agon_cmat teacher) {
  call_.begin("loss");
  double loss = std::numeric_limits<double>::quiet_NaN();
  check(dynamics_.loss(model_, call_.abi(), drive, teacher, &loss));
  return loss;
}

void Instance::end_epoch(int64_t epoch) {
  const auto verb = moves_    ? dynamics_.end_epoch
                    : series_ ? sequence_.end_epoch
                              : supervised_.end_epoch;
  if (verb == nullptr) return;
  call_.begin("end_epoch");
  check(verb(model_, call_.abi(), epoch));
}

void Instance::prepare(const agon_series& series, bool last) {
  if (sequence_.prepare == nullptr) return;
  call_.begin("prepare");
  check(sequence_.prepare(model_, call_.abi(), &series, last ? 1 : 0));
}

double Instance::fit(const agon_series& series) {
  call_.begin("fit");
  double loss = std::numeric_limits<double>::quiet_NaN();
  check(sequence_.fit(model_, call_.abi(), &series, &loss));
  return loss;
}

void Instance::predict(const agon_series& series, agon_mat out) {
  call_.begin("predict");
  check(sequence_.predict(model_, call_.abi(), &series, out));
}

double Instance::loss(const agon_series& series) {
  call_.begin("loss");
  double loss = std::numeric_limits<double>::quiet_NaN();
  check(sequence_.loss(model_, call_.abi(), &series, &loss));
  return loss;
}

double Instance::fit(agon_cmat drive, agon_cmat teacher, bool new_episode) {
  call_.begin("fit");
  double loss = std::numeric_limits<double>::quiet_NaN();
  check(dynamics_.fit(model_, call_.abi(), drive, teacher, new_episode ? 1 : 0, &loss));
  return loss;
}

void Instance::rollout(agon_cmat start, agon_cmat drive, agon_mat out) {
  call_.begin("rollout");
  check(dynamics_.rollout(model_, call_.abi(), start, drive, out));
}

void Instance::generate(agon_cmat target, agon_mat out) {
  call_.begin("generate");
  check(generate_.generate(model_, call_.abi(), target, out));
}

void Instance::harm(uint32_t kind, double level, uint64_t seed) {
  call_.begin("harm");
  check(lesion_.harm(model_, call_.abi(), kind, level, seed));
}

std::string Instance::save() {
  std::string bytes;
  const auto write = [](void* to, const void* from, size_t size) noexcept -> agon_status {
    try {
      static_cast<std::string*>(to)->append(static_cast<const char*>(from), size);
      return AGON_OK;
    } catch (...) {
      return AGON_NO_MEMORY;
    }
  };
  const agon_writer writer{sizeof(agon_writer), 0, &bytes, write};
  call_.begin("save");
  check(state_.save(model_, call_.abi(), &writer));
  return bytes;
}

void Instance::load(std::string_view bytes) {
  std::string_view rest = bytes;
  const auto read = [](void* from, void* to, size_t size) noexcept -> agon_status {
    auto& left = *static_cast<std::string_view*>(from);
    if (size > left.size()) return AGON_INVALID;
    left.copy(static_cast<char*>(to), size);
    left.remove_prefix(size);
    return AGON_OK;
  };
  const agon_reader reader{sizeof(agon_reader), 0, &rest, read, bytes.size()};
  call_.begin("load");
  check(state_.load(model_, call_.abi(), &reader));
}

void Instance::predict(agon_cmat x, agon_mat out) {
  call_.begin("predict");
  check(supervised_.predict(model_, call_.abi(), x, out));
}

std::vector<double> Instance::metrics() {
  std::vector<double> out(metric_schema().size(), std::numeric_limits<double>::quiet_NaN());
  if (out.empty()) return out;
  call_.begin("read of metrics");
  check(metrics_.read(model_, call_.abi(), out.data()));
  return out;
}

std::optional<Instance::Picture> Instance::picture(size_t index) {
  const agon_picture& about = picture_schema_[index];
  if (about.kind > AGON_IMAGES) return std::nullopt;
  agon_cmat values{};
  call_.begin("read of pictures");
  check(pictures_.read(model_, call_.abi(), static_cast<uint32_t>(index), &values));
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
  if (tensors_.count == nullptr) return out;
  call_.begin("count of tensors");
  const int64_t count = tensors_.count(model_);
  if (count < 0 || count > kMaxTensors) {
    throw RuleFailure(AGON_INVALID, fmt::format("rule '{}' has {} tensors, 0 to {} are taken",
                                                rule_.id, count, kMaxTensors));
  }
  out.resize(static_cast<size_t>(count));
  for (size_t i = 0; i < out.size(); ++i) {
    agon_tensor& t = out[i];
    t.struct_size = sizeof(agon_tensor);
    check(tensors_.get(model_, static_cast<int64_t>(i), &t));
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
  if (tensors_.set == nullptr) {
    throw RuleFailure(AGON_UNSUPPORTED,
                      fmt::format("rule '{}' does not offer " AGON_TENSORS_ID, rule_.id));
  }
  call_.begin("set of a tensor");
  check(tensors_.set(model_, call_.abi(), name.c_str(), values));
}

}  // namespace agon::harness
