// SPDX-License-Identifier: MIT
//
// Backpropagation as one writes it in Eigen: a peer of bp for `agon bench`. Temporaries are avoided
// where Eigen's own documentation says so (noalias); nothing else is tuned.
#include <Eigen/Core>
#include <cmath>

#include "peer_net.h"

namespace agon::peers {
namespace {

using Rows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Row = Eigen::Matrix<float, 1, Eigen::Dynamic>;
using Outer = Eigen::OuterStride<Eigen::Dynamic>;

Eigen::Map<const Rows, Eigen::Aligned64, Outer> map(ConstView v) {
  return {v.data, v.rows, v.cols, Outer(v.stride)};
}

template <typename Weights>
struct Learnt {
  Weights value, gradient, m, v;

  Learnt(int64_t rows, int64_t cols)
      : value(Weights::Zero(rows, cols)), gradient(value), m(value), v(value) {}
};

struct Layer {
  Learnt<Rows> w;  // W_l^T [n_{l-1} x n_l]
  Learnt<Row> b;   // [1 x n_l]
  Rows h, delta;   // [B x n_l]
};

class EigenBp {
 public:
  static constexpr RuleInfo info{.id = "bp-eigen",
                                 .name = "Backpropagation in Eigen",
                                 .summary = "Eigen",
                                 .reference = "Eigen, eigen.tuxfamily.org",
                                 .capabilities = AGON_CAN_CLASSIFY,
                                 .phases = 2,
                                 .memory_per_parameter = 2};
  static constexpr auto params = table(kOptions);

  EigenBp(Context&, const agon_task& task, const Values& values) : o_(read(kOptions, values)) {
    const std::vector<int64_t> sizes = sizes_of(task, o_);
    single_unit_ = sizes.back() == 1;
    std::srand(static_cast<unsigned>(task.seed));
    for (size_t l = 1; l < sizes.size(); ++l) {
      const int64_t in = sizes[l - 1], out = sizes[l];
      layers_.push_back({{in, out}, {1, out}, {}, {}});
      const float limit = std::sqrt(6.0f / static_cast<float>(in + out));
      layers_.back().w.value = limit * Rows::Random(in, out);
    }
  }

  double fit(Context&, const agon_batch& batch) {
    const auto x = map(batch.x);
    forward(x);
    const double loss = output_error(map(batch.target));
    ++steps_;
    const float share = 1.0f / static_cast<float>(x.rows());
    for (size_t l = layers_.size(); l-- > 0;) {
      Layer& layer = layers_[l];
      if (l > 0) {  // (3), with W_l as it was
        Layer& below = layers_[l - 1];
        below.delta.noalias() = layer.delta * layer.w.value.transpose();
        if (o_.shape == Shape::relu) {
          below.delta.array() *= (below.h.array() > 0.0f).cast<float>();
        } else {
          below.delta.array() *= below.h.array() * (1.0f - below.h.array());
        }
        layer.w.gradient.noalias() = below.h.transpose() * (share * layer.delta);
      } else {
        layer.w.gradient.noalias() = x.transpose() * (share * layer.delta);
      }
      layer.b.gradient = share * layer.delta.colwise().sum();
      step(layer.w);
      step(layer.b);
    }
    return loss;
  }

  void predict(Context&, ConstView x, View out) {
    forward(map(x));
    Eigen::Map<Rows, 0, Outer> to(out.data, out.rows, out.cols, Outer(out.stride));
    const Rows& y = layers_.back().h;
    if (!single_unit_) {
      to = y;
      return;
    }
    to.col(0) = 1.0f - y.col(0).array();
    to.col(1) = y.col(0);
  }

 private:
  template <typename Input>
  void forward(const Input& x) {
    for (size_t l = 0; l < layers_.size(); ++l) {
      Layer& layer = layers_[l];
      if (l == 0) {
        layer.h.noalias() = x * layer.w.value;
      } else {
        layer.h.noalias() = layers_[l - 1].h * layer.w.value;
      }
      layer.h.rowwise() += layer.b.value;
      const bool last = l + 1 == layers_.size();
      if (last && o_.loss == Loss::cross_entropy) {
        softmax(layer.h);
      } else if (!last && o_.shape == Shape::relu) {
        layer.h = layer.h.cwiseMax(0.0f);
      } else {
        layer.h = (1.0f + (-layer.h.array()).exp()).inverse().matrix();
      }
    }
  }

  static void softmax(Rows& a) {
    a.colwise() -= a.rowwise().maxCoeff().eval();
    a = a.array().exp().matrix();
    a.array().colwise() *= a.rowwise().sum().array().inverse().eval();
  }

  // (2) and delta_L of (3).
  template <typename Target>
  double output_error(const Target& target) {
    Layer& top = layers_.back();
    if (single_unit_) {
      top.delta = top.h - target.col(1);
    } else {
      top.delta = top.h - target;
    }
    const auto rows = static_cast<double>(top.h.rows());
    if (o_.loss == Loss::cross_entropy) {
      return -static_cast<double>((top.h.array().max(1e-30f).log() * target.array()).sum()) / rows;
    }
    const double loss = 0.5 * static_cast<double>(top.delta.squaredNorm()) / rows;
    top.delta.array() *= top.h.array() * (1.0f - top.h.array());
    return loss;
  }

  template <typename Weights>
  void step(Learnt<Weights>& p) const {
    if (o_.optimiser == Optimiser::sgd) {
      p.value.noalias() -= o_.lr * p.gradient;
      return;
    }
    const float m_scale = 1.0f / (1.0f - std::pow(0.9f, static_cast<float>(steps_)));
    const float v_scale = 1.0f / (1.0f - std::pow(0.999f, static_cast<float>(steps_)));
    p.m = 0.9f * p.m + 0.1f * p.gradient;
    p.v = 0.999f * p.v + 0.001f * p.gradient.cwiseAbs2();
    p.value.array() -= o_.lr * m_scale * p.m.array() / ((v_scale * p.v.array()).sqrt() + 1e-8f);
  }

  Options o_;
  bool single_unit_ = false;
  int64_t steps_ = 0;
  std::vector<Layer> layers_;
};

}  // namespace
}  // namespace agon::peers

AGON_PLUGIN("bp-eigen", "1.0.0", "MIT", agon::peers::EigenBp)
