// SPDX-License-Identifier: MIT
//
// Rules made here that break one duty each: its check must see them, and nothing in the rule that keeps
// all of them. What ends the process is tried through the verb (tests/faults/check_test.cc).
#include <algorithm>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <map>
#include <thread>

#include "agon/rule.h"
#include "checked.h"
#include "core/parallel.h"

namespace agon::test {
namespace {

using conformance::Outcome;

// A linear readout by the delta rule, with a second layer's weight that does nothing. kWay: how it
// misbehaves.
enum class Way {
  none,
  unpolled,      // works on when it is asked to stop
  swallows,      // takes NaN for nothing
  tells_thread,  // of which thread a chunk ran on
  draws,         // numbers of its own
  global,        // keeps what it has learnt beside its model
  predict_learns,
  loss_learns,
  other_loss,  // reports another loss than fit
  forgets,     // saves less than it has learnt
  harm_stays,
  neighbours,   // answers with the mean of all rows of the call
  fixed_moves,  // what it calls fixed changes
  half,         // writes half of its output
  beside,       // writes behind its output
  grows,        // keeps memory of every minibatch
  worsens,      // goes up the slope
  chance,       // learns nothing
  transports,   // sends errors back through the last weights and calls that local
  averages,     // updates once a minibatch and calls that online
  recounts,     // reports another number each time it is asked
  prints,
  equation,  // has one that cannot be set
};

std::atomic<int> g_chunks_elsewhere = 0;
double g_shared = 0;
int g_draws = 0;
std::vector<std::vector<char>> g_kept;

constexpr uint64_t capabilities_of(Way way) {
  return AGON_CAN_CLASSIFY | AGON_CAN_REGRESS | (way == Way::transports ? AGON_LOCAL_UPDATES : 0) |
         (way == Way::averages ? AGON_ONLINE : 0);
}

template <Way kWay>
class Net {
 public:
  static constexpr RuleInfo info{.id = "own",
                                 .name = "A net of two layers",
                                 .summary = "gradient descent",
                                 .reference = "none",
                                 .capabilities = capabilities_of(kWay)};
  static constexpr auto params = std::to_array<agon_param>(
      {real("lr", 0.05, 1e-6, 1, kLog, "", "step size"), batch_param(16), epochs_param(40)});
  static constexpr auto metrics =
      std::to_array<agon_metric>({{"steps", "", "minibatches that were learnt from"}});

  static constexpr auto equations = std::to_array<agon_equation>(
      {{"learning", kWay == Way::equation ? R"(w += \eta \cases{x})"
                                          : R"(w \leftarrow w - \eta \delta x^\top)"}});
  static constexpr auto limits = std::to_array<const char*>({"It is a test's."});

  Net(Context& ctx, const agon_task& task, const Values& values)
      : lr_(static_cast<float>(values.real("lr"))),
        w_(kHidden, task.inputs),
        v_(task.outputs, kHidden),
        b_(1, task.outputs),
        fixed_(1, 4) {
    ctx.random_normal(task.seed, 1, 0.3f, w_);
    ctx.random_normal(task.seed, 2, 0.3f, v_);
  }

  double fit(Context& ctx, const agon_batch& batch) {
    ++steps_;
    if (kWay == Way::unpolled) {
      for (int i = 0; i < 300; ++i) ctx.count_macs(1'000'000);
    }
    if (kWay == Way::prints) std::puts("learning");
    if (kWay == Way::grows) g_kept.emplace_back(1000);
    if (kWay == Way::draws) b_.at(0, 0) += 1e-3f * static_cast<float>(++g_draws);
    if (kWay == Way::global) b_.at(0, 0) += static_cast<float>(1e-3 * (g_shared += 1));
    if (kWay == Way::fixed_moves) fixed_.at(0, 0) += 1;
    if (kWay == Way::tells_thread) by_threads(ctx);
    if (kWay == Way::chance) return 1;
    const int64_t rows = batch.x.rows;
    double loss = 0;
    for (int64_t r = 0; r < rows; ++r) loss += error(row_of(batch.x, r), row_of(batch.target, r));
    for (int64_t r = 0; r < rows; ++r) learn(row_of(batch.x, r), row_of(batch.target, r));
    if (kWay == Way::averages) b_.at(0, 0) += 0.01f * 1.0f / static_cast<float>(rows);
    return loss / static_cast<double>(rows);
  }

  double loss(Context&, const agon_batch& batch) {
    double sum = 0;
    for (int64_t r = 0; r < batch.x.rows; ++r)
      sum += error(row_of(batch.x, r), row_of(batch.target, r));
    if (kWay == Way::loss_learns) b_.at(0, 0) += 1e-3f;
    return sum / static_cast<double>(batch.x.rows) * (kWay == Way::other_loss ? 2 : 1);
  }

  void predict(Context&, ConstView x, View out) {
    const int64_t rows = kWay == Way::half ? out.rows / 2 : out.rows;
    for (int64_t r = 0; r < rows; ++r) {
      answer(row_of(x, r));
      for (int64_t k = 0; k < out.cols; ++k)
        out.data[r * out.stride + k] = now_[static_cast<size_t>(k)];
    }
    if (kWay == Way::neighbours) {
      for (int64_t r = 1; r < rows; ++r) out.data[r * out.stride] += out.data[(r - 1) * out.stride];
    }
    if (kWay == Way::beside) out.data[out.rows * out.stride] = 1;
    if (kWay == Way::predict_learns) b_.at(0, 0) += 1e-3f;
  }

  void read_metrics(Context&, double* out) {
    out[0] = static_cast<double>(kWay == Way::recounts ? ++steps_ : steps_);
  }
  std::vector<Tensor> tensors() {
    return {{"w", w_}, {"fixed", fixed_, Role::fixed}, {"b", b_}, {"v", v_}};
  }
  void state(State& s) {
    if (kWay != Way::forgets) s("steps", steps_);
  }
  void silence(Context&, double share, uint64_t) {
    if (kWay == Way::harm_stays && share == 0) return;
    silent_ = static_cast<int64_t>(std::ceil(share * kHidden - 1e-3));
  }

 private:
  static constexpr int64_t kHidden = 8;

  void by_threads(Context& ctx) {
    const std::thread::id here = std::this_thread::get_id();
    std::atomic<bool> other = false;
    ctx.parallel_for(16, 1, [&](int64_t begin, int64_t end) {
      const bool elsewhere = std::this_thread::get_id() != here;
      if (elsewhere) other = true;
      // The first chunk waits a while for another thread, so that there is one.
      for (int tries = 0; core::parallel_threads() > 1 && !other && tries < 1'000'000; ++tries)
        std::this_thread::yield();
      for (int64_t i = begin; i < end && elsewhere; ++i) w_.at(0, i) += 1e-3f;
      if (elsewhere) ++g_chunks_elsewhere;
    });
  }

  static float seen(float x) { return kWay == Way::swallows ? std::fmax(x, 0.0f) : x; }

  void answer(std::span<const float> x) {
    for (int64_t j = 0; j < kHidden; ++j) {
      float a = 0;
      for (size_t i = 0; i < x.size(); ++i) a += w_.at(j, static_cast<int64_t>(i)) * seen(x[i]);
      hidden_[j] = j < silent_ ? 0 : std::tanh(a);
    }
    now_.assign(static_cast<size_t>(b_.cols()), 0);
    for (int64_t k = 0; k < b_.cols(); ++k) {
      float& y = now_[static_cast<size_t>(k)];
      y = b_.at(0, k);
      for (int64_t j = 0; j < kHidden; ++j) y += v_.at(k, j) * hidden_[j];
    }
  }
  double error(std::span<const float> x, std::span<const float> target) {
    answer(x);
    double sum = 0;
    for (size_t k = 0; k < target.size(); ++k) {
      const auto d = static_cast<double>(target[k]) - static_cast<double>(now_[k]);
      sum += d * d;
    }
    return sum;
  }
  void learn(std::span<const float> x, std::span<const float> target) {
    answer(x);
    const float step = kWay == Way::worsens ? -0.1f * lr_ : lr_;
    std::array<float, kHidden> back{};
    for (int64_t k = 0; k < b_.cols(); ++k) {
      const float d = target[static_cast<size_t>(k)] - now_[static_cast<size_t>(k)];
      for (int64_t j = 0; j < kHidden; ++j) {
        back[static_cast<size_t>(j)] += d * v_.at(k, j);
        v_.at(k, j) += step * d * hidden_[j];
      }
      b_.at(0, k) += step * d;
    }
    for (int64_t j = 0; j < kHidden; ++j) {
      const float g = step * back[static_cast<size_t>(j)] * (1 - hidden_[j] * hidden_[j]);
      for (size_t i = 0; i < x.size(); ++i) w_.at(j, static_cast<int64_t>(i)) += g * seen(x[i]);
    }
  }

  float lr_;
  int64_t silent_ = 0, steps_ = 0;
  Matrix w_, v_, b_, fixed_;
  float hidden_[kHidden] = {};
  std::vector<float> now_;
};

template <typename R>
conformance::Subject own() {
  const agon_plugin& plugin = *detail::plugin<R>("own", "1.0.0", "MIT", "here");
  return conformance::subject_of(plugin, *plugin.rules[0], AGON_PLUGINS "/linear.agon.so");
}

bool takes_long(const conformance::Check& check) {
  const std::string_view id = check.id;
  return id == "learns" || id == "beyond-linear" || id.starts_with("drawn") || id == "extremes";
}

template <Way kWay>
void seen(std::string_view by) {
  const conformance::Verdict verdict = conformance::judge(check_named(by), own<Net<kWay>>());
  BOOST_TEST_MESSAGE(by << ": " << verdict.reason);
  BOOST_CHECK_MESSAGE(
      verdict.outcome == Outcome::failed,
      by << " does not see it: " << conformance::word(verdict.outcome) << " " << verdict.reason);
}

BOOST_AUTO_TEST_CASE(a_rule_that_keeps_all_is_not_blamed) {
  for (const conformance::Check& check : conformance::checks()) {
    if (takes_long(check)) continue;
    const conformance::Verdict verdict = conformance::judge(check, own<Net<Way::none>>());
    BOOST_CHECK_MESSAGE(verdict.outcome != Outcome::failed, check.id << ": " << verdict.reason);
  }
}

BOOST_AUTO_TEST_CASE(what_a_rule_writes_is_looked_at) {
  seen<Way::half>("outputs");
  seen<Way::beside>("outputs");
  seen<Way::fixed_moves>("tensors");
  seen<Way::recounts>("metrics");
  seen<Way::equation>("card");
}

BOOST_AUTO_TEST_CASE(bytes_that_differ_are_seen) {
  seen<Way::draws>("same-seed");
  seen<Way::global>("models-apart");
  seen<Way::predict_learns>("answering");
  seen<Way::neighbours>("rows-apart");
  seen<Way::loss_learns>("loss");
  seen<Way::other_loss>("loss");
  seen<Way::forgets>("state");
  seen<Way::harm_stays>("harm");
}

BOOST_AUTO_TEST_CASE(bytes_that_depend_on_threads_are_seen) {
  seen<Way::tells_thread>("threads");
  BOOST_CHECK_GT(g_chunks_elsewhere.load(), 0);  // threads there were
}

BOOST_AUTO_TEST_CASE(what_is_done_to_the_process_is_seen) {
  seen<Way::grows>("allocations");
  seen<Way::prints>("silent");
}

BOOST_AUTO_TEST_CASE(learning_that_is_not_what_it_says_is_seen) {
  seen<Way::unpolled>("stops");
  seen<Way::worsens>("improves");
  seen<Way::chance>("improves");
  seen<Way::transports>("local");
  seen<Way::averages>("online");
  seen<Way::swallows>("not-a-number");
}

}  // namespace
}  // namespace agon::test
