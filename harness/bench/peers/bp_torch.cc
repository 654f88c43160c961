// SPDX-License-Identifier: MIT
//
// Backpropagation on libtorch: a peer of bp for `agon bench`.
//
//   engine=eager  as PyTorch's users write it: autograd and torch::optim
//   engine=aten   ATen's products by hand, without autograd, in place where ATen can; SGD on the squared
//                 error only
//
// One thread, denormals flushed.
#include <torch/torch.h>

#include <algorithm>
#include <memory>

#include "peer_net.h"

namespace agon::peers {
namespace {

enum class Engine { eager, aten };
constexpr std::array<const char*, 2> kEngines{"eager", "aten"};

// The table of the other peers with one row more.
constexpr auto kParams = [] {
  constexpr auto base = table(kOptions);
  std::array<agon_param, base.size() + 1> all{};
  std::copy(base.begin(), base.end(), all.begin());
  all.back() = choice("engine", kEngines, kPlain, "autograd, or products by hand");
  return all;
}();

at::Tensor tensor_of(agon_cmat m) {
  return at::from_blob(const_cast<float*>(m.data), {m.rows, m.cols}, {m.stride, 1});
}

class TorchBp {
 public:
  static constexpr RuleInfo info{.id = "bp-torch",
                                 .name = "Backpropagation on libtorch",
                                 .summary = "libtorch " TORCH_VERSION,
                                 .reference = "Paszke et al. 2019, NeurIPS",
                                 .capabilities = AGON_CAN_CLASSIFY,
                                 .phases = 2,
                                 .memory_per_parameter = 2};
  static constexpr auto params = kParams;

  TorchBp(Context&, const agon_task& task, const Values& values)
      : o_(read(kOptions, values)), by_hand_(values.choice<Engine>("engine") == Engine::aten) {
    if (by_hand_ && (o_.optimiser != Optimiser::sgd || o_.loss != Loss::squared ||
                     o_.shape != Shape::sigmoid)) {
      throw RuleError(AGON_UNSUPPORTED, "engine=aten is written for SGD on the squared error");
    }
    at::set_num_threads(1);
    at::globalContext().setFlushDenormal(true);
    torch::manual_seed(task.seed);
    const std::vector<int64_t> sizes = sizes_of(task, o_);
    single_unit_ = sizes.back() == 1;
    for (size_t l = 1; l < sizes.size(); ++l) {
      w_.push_back(torch::empty({sizes[l - 1], sizes[l]}));
      torch::nn::init::xavier_uniform_(w_.back());
      b_.push_back(torch::zeros({sizes[l]}));
    }
    if (by_hand_) return;
    std::vector<at::Tensor> learnt = w_;
    learnt.insert(learnt.end(), b_.begin(), b_.end());
    for (at::Tensor& p : learnt) p.requires_grad_(true);
    if (o_.optimiser == Optimiser::adam) {
      optimiser_ = std::make_unique<torch::optim::Adam>(learnt, torch::optim::AdamOptions(o_.lr));
    } else {
      optimiser_ = std::make_unique<torch::optim::SGD>(learnt, torch::optim::SGDOptions(o_.lr));
    }
  }

  double fit(Context&, const agon_batch& batch) {
    if (batch.x.data != seen_) take(batch);
    return by_hand_ ? fit_by_hand() : fit_eagerly();
  }

  void predict(Context&, ConstView x, View out) {
    const torch::NoGradGuard none;
    const at::Tensor y = answers(tensor_of(x));
    at::Tensor to = at::from_blob(out.data, {out.rows, out.cols}, {out.stride, 1});
    if (single_unit_) {
      to.select(1, 0).copy_(1 - y.select(1, 0));
      to.select(1, 1).copy_(y.select(1, 0));
    } else {
      to.copy_(y);
    }
  }

 private:
  // Tensors over the minibatch, made once for as long as the same one is learnt.
  void take(const agon_batch& batch) {
    seen_ = batch.x.data;
    x_ = tensor_of(batch.x);
    target_ = tensor_of(batch.target);
    if (single_unit_) target_ = target_.slice(1, 1, 2);
    labels_ =
        at::from_blob(const_cast<int32_t*>(batch.labels), {batch.x.rows}, at::kInt).to(at::kLong);
  }

  at::Tensor answers(at::Tensor h) const {
    for (size_t l = 0; l < w_.size(); ++l) {
      h = torch::addmm(b_[l], h, w_[l]);
      const bool last = l + 1 == w_.size();
      if (last && o_.loss == Loss::cross_entropy) return h;
      h = !last && o_.shape == Shape::relu ? torch::relu(h) : torch::sigmoid(h);
    }
    return h;
  }

  double fit_eagerly() {
    optimiser_->zero_grad();
    const at::Tensor y = answers(x_);
    const at::Tensor loss = o_.loss == Loss::cross_entropy ? torch::cross_entropy_loss(y, labels_)
                                                           : torch::mse_loss(y, target_);
    loss.backward();
    optimiser_->step();
    return loss.item<double>();
  }

  double fit_by_hand() {
    const torch::NoGradGuard none;
    std::vector<at::Tensor> h{x_};
    for (size_t l = 0; l < w_.size(); ++l)
      h.push_back(at::addmm(b_[l], h.back(), w_[l]).sigmoid_());
    at::Tensor delta = h.back() - target_;
    const double share = 1.0 / static_cast<double>(x_.size(0));
    const double loss = 0.5 * share * at::dot(delta.flatten(), delta.flatten()).item<double>();
    delta = at::sigmoid_backward(delta, h.back());
    for (size_t l = w_.size(); l-- > 0;) {
      const at::Tensor below =
          l > 0 ? at::sigmoid_backward(at::mm(delta, w_[l].t()), h[l]) : at::Tensor();
      w_[l].addmm_(h[l].t(), delta, 1, -o_.lr * share);
      b_[l].sub_(delta.sum(0), o_.lr * share);
      delta = below;
    }
    return loss;
  }

  Options o_;
  bool by_hand_, single_unit_ = false;
  std::vector<at::Tensor> w_, b_;  // W_l^T [n_{l-1} x n_l], b_l [n_l]
  std::unique_ptr<torch::optim::Optimizer> optimiser_;
  const float* seen_ = nullptr;
  at::Tensor x_, target_, labels_;
};

}  // namespace
}  // namespace agon::peers

AGON_PLUGIN("bp-torch", "1.0.0", "MIT", agon::peers::TorchBp)
