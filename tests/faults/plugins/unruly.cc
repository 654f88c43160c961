// SPDX-License-Identifier: MIT
//
// A rule that learns well (the delta rule) and does one thing that it must not, named by FAULT; built
// once per fault.
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

#include "agon/rule.h"

namespace {

enum class Fault {
  none,
  writes_inputs,
  reads_on,
  thread,
  descriptor,
  allocates,
  talks_at_load,
  dies_at_exit
};
constexpr Fault kFault = Fault::FAULT;

struct AtLoad {
  AtLoad() {
    if (kFault == Fault::talks_at_load) std::puts("here I am");
  }
  ~AtLoad() {
    if (kFault == Fault::dies_at_exit) std::abort();
  }
} at_load;

class Unruly {
 public:
  static constexpr agon::RuleInfo info{.id = FAULT_ID,
                                       .name = "Unruly",
                                       .summary = "learns well and misbehaves on purpose",
                                       .reference = "none",
                                       .capabilities = AGON_CAN_CLASSIFY | AGON_CONTROL};
  static constexpr auto params =
      std::to_array<agon_param>({agon::real("lr", 0.02, 1e-9, 1, agon::kLog, "", "step size"),
                                 agon::batch_param(8), agon::epochs_param(10)});

  Unruly(agon::Context&, const agon_task& task, const agon::Values& values)
      : lr_(static_cast<float>(values.real("lr"))), w_(task.outputs, task.inputs) {}

  double fit(agon::Context&, const agon_batch& batch) {
    if (kFault == Fault::writes_inputs) const_cast<float*>(batch.x.data)[0] += 1;
    if (kFault == Fault::reads_on) sum_ = sum_ + batch.x.data[batch.x.rows * batch.x.stride];
    if (kFault == Fault::descriptor) static_cast<void>(!open("/dev/null", O_RDONLY));
    if (kFault == Fault::allocates) scratch_ = std::make_unique<char[]>(100);
    if (kFault == Fault::thread) {
      std::thread([] { std::this_thread::sleep_for(std::chrono::seconds(30)); }).detach();
    }
    double loss = 0;
    for (int64_t r = 0; r < batch.x.rows; ++r) {
      const auto x = agon::row_of(batch.x, r), target = agon::row_of(batch.target, r);
      for (int64_t k = 0; k < w_.rows(); ++k) {
        const float d = target[static_cast<size_t>(k)] - score(x, k);
        loss += static_cast<double>(d) * static_cast<double>(d);
        for (size_t i = 0; i < x.size(); ++i) w_.at(k, static_cast<int64_t>(i)) += lr_ * d * x[i];
      }
    }
    return loss / static_cast<double>(batch.x.rows);
  }

  void predict(agon::Context&, agon::ConstView x, agon::View out) {
    for (int64_t r = 0; r < out.rows; ++r) {
      for (int64_t k = 0; k < out.cols; ++k)
        out.data[r * out.stride + k] = score(agon::row_of(x, r), k);
    }
  }
  std::vector<agon::Tensor> tensors() { return {{"w", w_}}; }

 private:
  float score(std::span<const float> x, int64_t k) const {
    float y = 0;
    for (size_t i = 0; i < x.size(); ++i) y += w_.at(k, static_cast<int64_t>(i)) * x[i];
    return y;
  }

  float lr_;
  volatile float sum_ = 0;
  agon::Matrix w_;
  std::unique_ptr<char[]> scratch_;
};

}  // namespace

AGON_PLUGIN(FAULT_ID, "1.0.0", "MIT", Unruly)
