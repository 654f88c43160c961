// SPDX-License-Identifier: MIT
//
// A rule that keeps what fit() was given and answers from it later. Its metric `seen` counts the
// elements other than 0 that it still found there whenever it was asked.
#include <array>
#include <cstdint>

#include "agon/rule.h"

namespace {

constexpr const char* kSummary = "Keeps the answers it was shown.";

int64_t nonzero(agon::ConstView m) {
  int64_t count = 0;
  for (int64_t r = 0; r < m.rows; ++r) {
    for (const float v : agon::row_of(m, r)) count += v != 0.0f ? 1 : 0;
  }
  return count;
}

class Base {
 public:
  static constexpr auto params =
      std::to_array<agon_param>({agon::batch_param(64), agon::epochs_param(2)});
  static constexpr auto metrics =
      std::to_array<agon_metric>({{"seen", "", "answers found when asked"}});
  Base(agon::Context&, const agon_task&, const agon::Values&) {}
  void read_metrics(agon::Context&, double* out) const { out[0] = static_cast<double>(seen_); }

 protected:
  static void clear(agon::View out) {
    for (int64_t r = 0; r < out.rows; ++r) {
      for (float& v : agon::row_of(out, r)) v = 0.0f;
    }
  }
  int64_t seen_ = 0;
};

class KeepsLabels : public Base {
 public:
  static constexpr agon::RuleInfo info{
      .id = "keeps-labels", .name = "Keeps labels", .summary = kSummary, .reference = "none"};
  using Base::Base;
  double fit(agon::Context&, const agon_batch& batch) {
    labels_ = batch.labels;
    return 0.5;
  }
  void predict(agon::Context&, agon::ConstView, agon::View out) {
    clear(out);
    for (int64_t r = 0; r < out.rows; ++r) {
      agon::row_of(out, r)[static_cast<size_t>(labels_[r])] = 1.0f;
      seen_ += labels_[r] != 0 ? 1 : 0;
    }
  }

 private:
  const int32_t* labels_ = nullptr;
};

class KeepsTargets : public Base {
 public:
  static constexpr agon::RuleInfo info{.id = "keeps-targets",
                                       .name = "Keeps targets",
                                       .summary = kSummary,
                                       .reference = "none",
                                       .capabilities = AGON_CAN_CLASSIFY | AGON_CAN_REGRESS};
  using Base::Base;
  double fit(agon::Context&, const agon_batch& batch) {
    target_ = batch.target;
    return 0.5;
  }
  void predict(agon::Context&, agon::ConstView, agon::View out) {
    clear(out);
    target_.rows = out.rows;
    seen_ += nonzero(target_);
    for (int64_t r = 0; r < out.rows; ++r) {
      for (int64_t c = 0; c < out.cols; ++c)
        agon::row_of(out, r)[static_cast<size_t>(c)] = target_.data[r * target_.stride + c];
    }
  }

 private:
  agon::ConstView target_{};
};

class KeepsTeacher : public Base {
 public:
  static constexpr agon::RuleInfo info{.id = "keeps-teacher",
                                       .name = "Keeps the teacher",
                                       .summary = kSummary,
                                       .reference = "none",
                                       .capabilities = AGON_CAN_DYNAMICS};
  using Base::Base;
  double fit(agon::Context&, agon::ConstView, agon::ConstView teacher, bool) {
    teacher_ = teacher;
    return 0.5;
  }
  void rollout(agon::Context&, agon::ConstView start, agon::ConstView, agon::View out) {
    seen_ += nonzero(teacher_);
    for (int64_t r = 0; r < out.rows; ++r) {
      for (int64_t c = 0; c < out.cols; ++c)
        agon::row_of(out, r)[static_cast<size_t>(c)] = start.data[c];
    }
  }

 private:
  agon::ConstView teacher_{};
};

}  // namespace

AGON_PLUGIN("keeper", "1.0.0", "MIT", KeepsLabels, KeepsTargets, KeepsTeacher)
