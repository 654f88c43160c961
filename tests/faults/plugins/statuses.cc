// SPDX-License-Identifier: MIT
//
// Rules that end a call in an unusual way, one class each.
#include <array>
#include <cstdint>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "agon/rule.h"

namespace {

class Base {
 public:
  static constexpr auto params =
      std::to_array<agon_param>({agon::batch_param(32), agon::epochs_param(3)});
  Base(agon::Context&, const agon_task&, const agon::Values&) {}
  double fit(agon::Context&, const agon_batch&) { return 0.5; }
  void predict(agon::Context&, agon::ConstView, agon::View out) const {
    for (int64_t r = 0; r < out.rows; ++r) {
      for (float& v : agon::row_of(out, r)) v = 0.0f;
    }
  }
};

constexpr agon::RuleInfo about(const char* id) {
  return {.id = id, .name = id, .summary = "Ends a call in an unusual way.", .reference = "none"};
}

class StopsUnasked : public Base {
 public:
  static constexpr agon::RuleInfo info = about("stops-unasked");
  using Base::Base;
  double fit(agon::Context&, const agon_batch&) { throw agon::RuleError(AGON_STOPPED, ""); }
};

// Says so in create() only: it has no check().
class NotForSpirals : public Base {
 public:
  static constexpr agon::RuleInfo info = about("not-for-spirals");
  NotForSpirals(agon::Context& ctx, const agon_task& task, const agon::Values& values)
      : Base(ctx, task, values) {
    if (task.train_rows > 100)
      throw agon::RuleError(AGON_UNSUPPORTED, "this rule takes at most 100 rows");
  }
};

class FitsNothing : public Base {
 public:
  static constexpr agon::RuleInfo info = about("fits-nothing");
  using Base::Base;
  double fit(agon::Context&, const agon_batch&) {
    throw agon::RuleError(AGON_UNSUPPORTED, "no such minibatch");
  }
};

class Singular : public Base {
 public:
  static constexpr agon::RuleInfo info = about("singular");
  using Base::Base;
  double fit(agon::Context&, const agon_batch&) { throw agon::RuleError(AGON_SINGULAR, ""); }
};

// Takes all memory that there is and then asks a kernel for a product that needs more of it.
class KernelHog : public Base {
 public:
  static constexpr agon::RuleInfo info = about("kernel-hog");
  using Base::Base;
  double fit(agon::Context& ctx, const agon_batch&) {
    constexpr int64_t kLong = 1 << 18;
    const agon::Matrix a(32, kLong), b(32, kLong);
    agon::Matrix c(32, 32);
    for (size_t bytes = size_t{1} << 26; bytes >= size_t{1} << 16; bytes /= 2) {
      try {
        for (;;) hoard_.push_back(std::make_unique_for_overwrite<char[]>(bytes));
      } catch (const std::bad_alloc&) {  // all of this size
      }
    }
    ctx.gemm_nt(a, b, c);  // packs b
    return 0.5;
  }

 private:
  std::vector<std::unique_ptr<char[]>> hoard_;
};

// Warns once in a cell, before a log that is longer than what is kept of it, and again and again.
class Warns : public Base {
 public:
  static constexpr agon::RuleInfo info = about("warns");
  Warns(agon::Context& ctx, const agon_task& task, const agon::Values& values)
      : Base(ctx, task, values), seed_(task.seed) {}
  double fit(agon::Context& ctx, const agon_batch&) {
    if (fits_ == 0) ctx.log(AGON_LOG_WARNING, "once \033[31m<b>and early</b>");
    if (++fits_ <= 3) ctx.log(AGON_LOG_WARNING, "three times");
    if (fits_ == 1) ctx.log(AGON_LOG_WARNING, "a rate of 1.5e-0" + std::to_string(seed_ + 1));
    for (int i = 0; i < 10; ++i) ctx.log(AGON_LOG_INFO, std::string(200, 'x'));
    return 0.5;
  }

 private:
  uint64_t seed_;
  int fits_ = 0;
};

}  // namespace

AGON_PLUGIN("statuses", "1.0.0", "MIT", StopsUnasked, NotForSpirals, FitsNothing, Singular,
            KernelHog, Warns)
