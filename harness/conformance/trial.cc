// SPDX-License-Identifier: MIT
#include "harness/conformance/trial.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>

#include "harness/train/guarded_output.h"

namespace agon::conformance {
namespace {

using harness::Call;

constexpr int64_t kClasses = 3, kSteps = 12, kChannels = 3;
constexpr double kDt = 1e-3;  // s, of a trajectory
constexpr int64_t kTrajectorySteps = 2000;

uint32_t task_kind(Kind kind) {
  switch (kind) {
    case Kind::regress: return AGON_REGRESS;
    case Kind::dynamics: return AGON_DYNAMICS;
    default: return AGON_CLASSIFY;
  }
}

std::vector<int64_t> shape_of(const Problem& p) {
  switch (p.kind) {
    case Kind::series: return {kSteps, kChannels};
    case Kind::dynamics: return {2};
    default: return p.columns == 64 ? std::vector<int64_t>{8, 8} : std::vector<int64_t>{p.columns};
  }
}

int32_t series_length(int64_t row) { return static_cast<int32_t>(4 + row * 5 % 9); }

// In [0, 1), by counting: draw i is the same wherever it is drawn.
float uniform(uint64_t i) {
  uint64_t z = (i + 1) * 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return static_cast<float>((z ^ (z >> 31)) >> 40) / 16777216.0f;
}

float altered(Inputs inputs, float usual) {
  switch (inputs) {
    case Inputs::constant: return 0.5f;
    case Inputs::not_a_number: return std::numeric_limits<float>::quiet_NaN();
    case Inputs::huge: return usual > 0.5f ? 3e38f : 1e30f;
    default: return usual;
  }
}

}  // namespace

bool same_bits(const Bits& a, const Bits& b) {
  return a.size() == b.size() &&
         (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0);
}

bool same_numbers(const std::vector<double>& a, const std::vector<double>& b) {
  return std::ranges::equal(
      a, b, [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); });
}

bool finite(const Bits& values) {
  return std::ranges::all_of(values, [](float v) { return std::isfinite(v); });
}

Bits bits_of(agon_cmat m) {
  Bits all;
  all.reserve(static_cast<size_t>(std::max<int64_t>(0, m.rows * m.cols)));
  for (int64_t r = 0; r < m.rows; ++r)
    all.insert(all.end(), m.data + r * m.stride, m.data + r * m.stride + m.cols);
  return all;
}

// ---- what is given to a rule

agon_batch Portion::batch() const {
  return {sizeof(agon_batch), 0, x.view(), target.view(), labels.data(), nullptr, 0};
}

agon_series Portion::series(bool answers) const {
  agon_series s{};
  s.struct_size = sizeof(s);
  s.rows = rows();
  s.channels = channels;
  s.steps = steps;
  s.x = x.view();
  s.lengths = lengths.data();
  if (!answers) return s;
  s.target = target.view();
  s.labels = labels.data();
  return s;
}

void Trial::fill(Portion& portion, int64_t place, int64_t number) const {
  const int64_t label = problem_.one_class ? 0 : number % kClasses;
  if (problem_.kind == Kind::series) {
    const int64_t rows = portion.rows();
    for (int64_t t = 0; t < series_length(number); ++t) {
      for (int64_t c = 0; c < kChannels; ++c) {
        const float level = c == label ? 0.8f : 0.2f;
        const float sway = 0.1f * std::sin(static_cast<float>(number + 2 * t + 3 * c));
        portion.x.at(t * rows + place, c) = altered(problem_.inputs, level + sway);
      }
    }
    portion.lengths.data()[place] = series_length(number);
  } else {
    for (int64_t i = 0; i < problem_.columns; ++i) {
      const float prototype = prototypes_[static_cast<size_t>(label * problem_.columns + i)];
      const float noise =
          uniform(static_cast<uint64_t>((number + kClasses) * problem_.columns + i));
      portion.x.at(place, i) = altered(problem_.inputs, 0.7f * prototype + 0.3f * noise);
    }
  }
  if (problem_.kind == Kind::regress) {
    const float a = uniform(static_cast<uint64_t>((number + kClasses) * problem_.columns));
    const float b = prototypes_[static_cast<size_t>(label * problem_.columns)];
    portion.target.at(place, 0) = 0.5f + 0.4f * std::sin(3 * (0.7f * b + 0.3f * a));
    portion.target.at(place, 1) = 0.25f + 0.5f * b;
  } else {
    portion.target.at(place, label) = 1;
    portion.labels.data()[place] = static_cast<int32_t>(label);
  }
}

Portion Trial::portion_of(std::vector<int64_t> numbers) const {
  Portion portion;
  const auto rows = static_cast<int64_t>(numbers.size());
  if (problem_.kind == Kind::series) {
    std::ranges::stable_sort(numbers, std::ranges::greater{}, series_length);
    portion.steps = series_length(numbers.front());
    portion.channels = kChannels;
    portion.x = PageMatrix(portion.steps * rows, kChannels);
    portion.lengths = Pages<int32_t>(numbers.size());
  } else {
    portion.x = PageMatrix(rows, problem_.columns);
  }
  portion.target = PageMatrix(rows, outputs());
  if (problem_.kind != Kind::regress) portion.labels = Pages<int32_t>(numbers.size());
  portion.numbers = std::move(numbers);
  for (int64_t place = 0; place < rows; ++place)
    fill(portion, place, portion.numbers[static_cast<size_t>(place)]);
  if (problem_.read_only) {
    portion.x.make_read_only();
    portion.target.make_read_only();
    portion.labels.make_read_only();
    portion.lengths.make_read_only();
  }
  return portion;
}

// A circle in the plane in 2 s; an undriven one.
Portion Trial::trajectory() const {
  Portion portion;
  portion.numbers.resize(static_cast<size_t>(kTrajectorySteps));
  std::iota(portion.numbers.begin(), portion.numbers.end(), 0);
  portion.x = PageMatrix(kTrajectorySteps, 2);
  portion.target = PageMatrix(kTrajectorySteps, 2);
  for (int64_t n = 0; n < kTrajectorySteps; ++n) {
    const double angle = 2 * M_PI * 0.5 * static_cast<double>(n) * kDt;
    portion.target.at(n, 0) = altered(problem_.inputs, static_cast<float>(std::cos(angle)));
    portion.target.at(n, 1) = altered(problem_.inputs, static_cast<float>(std::sin(angle)));
  }
  if (problem_.read_only) {
    portion.x.make_read_only();
    portion.target.make_read_only();
  }
  return portion;
}

// ---- a model

Trial::Trial(const Subject& subject, const Problem& problem)
    : Trial(subject, problem, usual_values(subject, problem.kind)) {}

Trial::Trial(const Subject& subject, const Problem& problem, const std::vector<agon_value>& values)
    : problem_(problem), shape_(shape_of(problem)) {
  for (int64_t i = 0; i < kClasses * problem_.columns; ++i)
    prototypes_.push_back(uniform(static_cast<uint64_t>(i)));
  agon_task task{};
  task.struct_size = sizeof(task);
  task.kind = task_kind(problem_.kind);
  task.seed = problem_.seed;
  task.inputs =
      std::accumulate(shape_.begin(), shape_.end(), int64_t{1}, std::multiplies<int64_t>());
  task.outputs = outputs();
  task.max_batch = problem_.batch;
  task.train_rows = problem_.rows;
  task.keep_bytes = problem_.keep_bytes;
  task.shape = shape_.data();
  task.shape_rank = static_cast<int64_t>(shape_.size());
  if (problem_.kind == Kind::series) task.flags = AGON_TASK_SERIES;
  if (problem_.kind == Kind::dynamics) {
    task.dt = kDt;
    task.episodes = 1;
    task.max_batch = 1;
    task.train_rows = kTrajectorySteps;
    portions_.push_back(trajectory());
  } else {
    for (int64_t at = 0; at < problem_.rows; at += problem_.batch) {
      std::vector<int64_t> numbers(
          static_cast<size_t>(std::min(problem_.batch, problem_.rows - at)));
      std::iota(numbers.begin(), numbers.end(), at);
      portions_.push_back(portion_of(std::move(numbers)));
    }
  }
  if (problem_.limit_s > 0) {
    call_.set_deadline(Call::Clock::now() + std::chrono::duration_cast<Call::Clock::duration>(
                                                std::chrono::duration<double>(problem_.limit_s)));
  }
  instance_.emplace(*subject.rule, call_, task, values);
  if (problem_.kind == Kind::series && !instance_->takes_series())
    throw harness::NotForThis("this model takes no series");
  for (const agon_tensor& t : instance_->tensors()) roles_[t.name] = t.writable;
}

int64_t Trial::outputs() const noexcept {
  return problem_.kind == Kind::classify || problem_.kind == Kind::series ? kClasses : 2;
}

void Trial::prepare() {
  if (problem_.kind == Kind::dynamics || !instance_->has_prepare()) return;
  for (const Portion& p : portions_) {
    const bool last = &p == &portions_.back();
    problem_.kind == Kind::series ? instance_->prepare(p.series(false), last)
                                  : instance_->prepare(p.x.view(), last);
  }
}

double Trial::fit(const Portion& p) {
  switch (problem_.kind) {
    case Kind::series: return instance_->fit(p.series(true));
    case Kind::dynamics: return instance_->fit(p.x.view(), p.target.view(), true);
    default: return instance_->fit(p.batch());
  }
}

double Trial::loss(const Portion& p) {
  switch (problem_.kind) {
    case Kind::series: return instance_->loss(p.series(true));
    case Kind::dynamics: return instance_->loss(p.x.view(), p.target.view());
    default: return instance_->loss(p.batch());
  }
}

double Trial::loss() {
  double sum = 0, rows = 0;
  for (const Portion& p : portions_) {
    sum += loss(p) * static_cast<double>(p.rows());
    rows += static_cast<double>(p.rows());
  }
  return sum / rows;
}

double Trial::epoch(int64_t number) {
  double sum = 0, rows = 0;
  for (const Portion& p : portions_) {
    sum += fit(p) * static_cast<double>(p.rows());
    rows += static_cast<double>(p.rows());
  }
  instance_->end_epoch(number);
  return sum / rows;
}

void Trial::epochs(int64_t count) {
  for (int64_t i = 0; i < count; ++i) epoch(++epoch_);
}

Bits Trial::answers(const Portion& p) {
  harness::GuardedOutput out(p.numbers.size(), static_cast<size_t>(outputs()));
  const core::View clean = out.clean(p.numbers.size());
  const agon_mat written{clean.data, static_cast<int64_t>(clean.rows),
                         static_cast<int64_t>(clean.cols), static_cast<int64_t>(clean.stride)};
  switch (problem_.kind) {
    case Kind::series: instance_->predict(p.series(false), written); break;
    case Kind::dynamics: {
      const agon_cmat teacher = p.target.view();
      instance_->rollout({teacher.data, 1, teacher.cols, teacher.stride}, p.x.view(), written);
      break;
    }
    default: instance_->predict(p.x.view(), written);
  }
  static_cast<void>(out.check(problem_.kind == Kind::dynamics ? "rollout" : "predict"));
  return bits_of({written.data, written.rows, written.cols, written.stride});
}

Bits Trial::answers() {
  const auto cols = static_cast<size_t>(outputs());
  Bits all;
  for (const Portion& p : portions_) {
    const Bits some = answers(p);
    all.resize(all.size() + some.size());
    for (size_t i = 0; i < p.numbers.size(); ++i) {
      std::copy_n(
          some.begin() + static_cast<std::ptrdiff_t>(i * cols), cols,
          all.begin() + static_cast<std::ptrdiff_t>(static_cast<size_t>(p.numbers[i]) * cols));
    }
  }
  return all;
}

Bits Trial::right_answers() const {
  Bits all;
  for (const Portion& p : portions_) {
    const Bits some = bits_of(p.target.view());
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

std::map<std::string, Bits> Trial::tensors() {
  std::map<std::string, Bits> all;
  for (const agon_tensor& t : instance_->tensors())
    all[t.name] = bits_of({t.view.data, t.view.rows, t.view.cols, t.view.stride});
  return all;
}

bool Trial::learns(const std::string& tensor) const {
  const uint32_t role = roles_.at(tensor);
  return role == AGON_TENSOR_LEARNT || role == AGON_TENSOR_LEARNT_OWN;
}

std::map<std::string, Bits> Trial::kept() {
  std::map<std::string, Bits> all = tensors();
  std::erase_if(all, [&](const auto& item) { return role(item.first) == AGON_TENSOR_SHOWN; });
  return all;
}

Bits Trial::learnt() {
  Bits all;
  for (const auto& [tensor, values] : tensors()) {
    if (learns(tensor)) all.insert(all.end(), values.begin(), values.end());
  }
  return all;
}

}  // namespace agon::conformance
