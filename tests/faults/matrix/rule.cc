// SPDX-License-Identifier: MIT
//
// The rule of all fault plugins: it offers every verb that a run calls, answers 0, and does at each
// what its row of the tables says.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "tests/faults/matrix/fault.h"

namespace agon::faults {

const Fault& own_fault() {
  static const Fault* const own = [] {
    for (const auto table : {endings(), leavings(), answers()}) {
      for (const Fault& fault : table) {
        if (std::string_view(kFaultName) == std::string("fault-") + fault.name) return &fault;
      }
    }
    std::fprintf(stderr, "no table has %s\n", kFaultName);
    std::abort();
  }();
  return *own;
}

void happen(When when, Scene& scene) {
  static int calls = 0;
  const Fault& fault = own_fault();
  if (fault.when == when && (++calls == fault.call || fault.call == 0)) fault.act(scene);
}

namespace {

void happen(When when) {
  Scene scene;
  faults::happen(when, scene);
}

struct Loaded {
  Loaded() { happen(When::load); }
  ~Loaded() { happen(When::unload); }
} loaded;

class Faulty {
 public:
  static constexpr RuleInfo info{.id = kFaultName,
                                 .name = "Faulty rule",
                                 .summary = "Misbehaves on purpose.",
                                 .reference = "none",
                                 .capabilities = AGON_CAN_CLASSIFY | AGON_CAN_DYNAMICS};
  static constexpr auto params = std::to_array<agon_param>(
      {real("lr", 0.1, 1e-9, 1e9, kLog, "", "step size"), batch_param(4), epochs_param(3)});
  static constexpr auto pictures =
      std::to_array<agon_picture>({heatmap("all", "Some values", "x", "y", "value")});

  static void check(const agon_task&, const Values&) { happen(When::check); }
  Faulty(Context& ctx, const agon_task&, const Values&) : weights_(4, 4) {
    Scene scene{.ctx = &ctx, .metric_rows = &metric_rows_};
    faults::happen(When::create, scene);
  }
  ~Faulty() { happen(When::destroy); }

  void prepare(Context&, ConstView, bool) { happen(When::prepare); }
  double fit(Context& ctx, const agon_batch& batch) {
    Scene scene{.ctx = &ctx, .batch = &batch};
    faults::happen(When::fit, scene);
    return scene.loss;
  }
  double loss(Context&, const agon_batch&) {
    happen(When::loss);
    return 0.5;
  }
  void end_epoch(Context&, int64_t) { happen(When::end_epoch); }
  void predict(Context&, ConstView, View out) { answer(When::predict, out); }

  double fit(Context& ctx, ConstView, ConstView, bool) {
    Scene scene{.ctx = &ctx};
    faults::happen(When::fit, scene);
    return scene.loss;
  }
  void rollout(Context&, ConstView, ConstView, View out) { answer(When::rollout, out); }

  std::vector<agon_metric> metric_rows() { return metric_rows_; }
  void read_metrics(Context&, double* values) {
    values[0] = 1;
    Scene scene{.metrics = values};
    faults::happen(When::metrics, scene);
  }
  ConstView picture(Context&, size_t) {
    ConstView view = weights_;
    Scene scene{.picture = &view};
    faults::happen(When::picture, scene);
    return view;
  }
  std::vector<Tensor> tensors() {
    std::vector<Tensor> all{{"w", weights_}};
    Scene scene{.tensors = &all};
    faults::happen(When::tensors, scene);
    return all;
  }
  void silence(Context&, double, uint64_t) { happen(When::harm); }
  void generate(Context&, ConstView, View out) { answer(When::generate, out); }

 private:
  static void answer(When when, View out) {
    Scene scene{.out = out, .rows = out.rows};
    faults::happen(when, scene);
    for (int64_t r = 0; r < scene.rows; ++r) {
      for (float& value : row_of(out, r)) value = 0;
    }
    out.data[0] = scene.first;
  }

  Matrix weights_;
  std::vector<agon_metric> metric_rows_{{"energy", "", "what it says of itself"}};
};

}  // namespace
}  // namespace agon::faults

extern "C" AGON_EXPORT const agon_plugin* agon_plugin_v1(void) {
  using namespace agon::faults;
  happen(When::entry);
  return distorted(*agon::detail::plugin<Faulty>(kFaultName, "1.0.0", "MIT", __VERSION__));
}
