// SPDX-License-Identifier: MIT
//
// The layered form: K nets side by side, a minibatch at a time, equations (1) to (6) of ed.cc.
#pragma once

#include <cmath>
#include <string>

#include "layer.h"
#include "network.h"

namespace agon::ed {

class Layered final : public Network {
 public:
  Layered(Context& ctx, const agon_task& task, const Options& options)
      : o_(options), two_class_(two_class(task, options)), nets_(two_class_ ? 1 : task.outputs) {
    for (int64_t l = 0; l <= o_.depth; ++l) add_layer(ctx, task, l);
    y_ = Matrix(task.max_batch, nets_);
    d_ = Matrix(task.max_batch, nets_);
    thresholds_ = Matrix(task.max_batch, nets_ * kThresholdBlock);
    const auto most = static_cast<size_t>(task.max_batch * nets_);
    up_.resize(most + 1);
    down_.resize(most + 1);
    up_first_.resize(static_cast<size_t>(nets_ + 1));
    down_first_.resize(static_cast<size_t>(nets_ + 1));
  }

  double fit(Context& ctx, const agon_batch& batch) override {
    const double loss = this->loss(ctx, batch);
    sort_errors(batch.x.rows);
    const size_t first = o_.learn == Learn::readout ? layers_.size() - 1 : 0;
    int64_t told = 0;  // units that d+ or d- has come to, in every net
    for (size_t l = first; l < layers_.size(); ++l) {
      update(ctx, batch.x, l);
      told += layers_[l].units;
    }
    ctx.count_work({.words = batch.x.rows * nets_ * told});
    fresh_ = false;
    return loss;
  }

  // (1) to (4)
  double loss(Context& ctx, const agon_batch& batch) override {
    forward(ctx, batch.x);
    return errors(ctx, batch);
  }

  void predict(Context& ctx, ConstView x, View out) override {
    forward(ctx, x);
    write_scores(y_.top(x.rows), two_class_, out);
  }

  Magnitudes magnitudes() const override {
    Magnitudes all;
    for (const Layer& layer : layers_) all.add(layer.magnitude, layer.mask);
    return all;
  }

  // "M<l>" [K * rows x n_l]: per net the presynaptic units in order (layer 1: the + rows of the
  // inputs, then the - rows), the + threshold and the - threshold. "s<l>" [1 x n_l]: the types,
  // read-only.
  std::vector<Tensor> tensors() override {
    fresh_ = false;  // the host may write
    for (Layer& layer : layers_) layer.follows = false;
    std::vector<Tensor> out;
    for (size_t l = 0; l < layers_.size(); ++l) {
      const std::string number = std::to_string(l + 1);
      out.push_back({std::string("M").append(number), layers_[l].magnitude});
      out.push_back({std::string("s").append(number), types_[l], Role::setting, false});
    }
    return out;
  }

 private:
  static constexpr int64_t kThresholdBlock = 16;  // columns of thresholds_ per net, 2 in use

  // ---- building

  void add_layer(Context& ctx, const agon_task& task, int64_t l) {
    const bool last = l == o_.depth;
    Layer layer;
    layer.nets = nets_;
    layer.first = l == 0;
    layer.paired = layer.first && o_.input_pairing;
    layer.inputs = layer.first ? task.inputs : o_.width;
    layer.units = last ? 1 : o_.width;
    layer.block = aligned(layer.units);
    const std::vector<float> type =
        last ? std::vector<float>{1.0f} : draw_types(ctx, task.seed, l, o_);
    layer.type = type;
    layer.type.resize(static_cast<size_t>(layer.block), 0.0f);
    layer.source_type = layer.first ? std::vector<float>(static_cast<size_t>(task.inputs), 1.0f)
                                    : layers_.back().type;
    layer.step = static_cast<float>(o_.lr / o_.norm(layer.units) * (last ? 1.0 : o_.u1));
    layer.magnitude = Matrix(nets_ * layer.rows(), layer.units);
    const float h = o_.init_bound(layer.rows(), layer.units);
    ctx.random_uniform(task.seed, kMagnitudes + static_cast<uint64_t>(l),
                       o_.init == Init::sym ? -h : 0.0f, h, layer.magnitude);
    if (o_.density < 1.0) draw_mask(ctx, task.seed, l, layer);
    layer.weight = layer.first ? Matrix(layer.inputs, nets_ * layer.block)
                               : Matrix(nets_ * layer.inputs, layer.units);
    layer.bias.assign(static_cast<size_t>(nets_ * layer.block), 0.0f);
    layer.z = Matrix(task.max_batch, nets_ * layer.block);
    layer.delta = Matrix(task.max_batch, nets_ * layer.block);
    if (!layer.first) layer.source = Matrix(task.max_batch, layers_.back().z.cols());
    types_.emplace_back(1, layer.units);
    std::ranges::copy(type, types_.back().data());
    layers_.push_back(std::move(layer));
  }

  // Missing synapses; the thresholds always exist.
  void draw_mask(Context& ctx, uint64_t seed, int64_t l, Layer& layer) const {
    layer.mask = Matrix(layer.magnitude.rows(), layer.units);
    ctx.random_uniform(seed, kDensity + static_cast<uint64_t>(l), 0.0f, 1.0f, layer.mask);
    for (int64_t r = 0; r < layer.mask.rows(); ++r) {
      const bool threshold = r % layer.rows() >= layer.synapses();
      for (float& m : layer.mask.row(r))
        m = threshold || m < static_cast<float>(o_.density) ? 1.0f : 0.0f;
    }
    ctx.multiply(layer.magnitude, layer.mask, layer.magnitude);
  }

  // ---- (1) to (3)

  void forward(Context& ctx, ConstView x) {
    if (!fresh_) {
      ctx.vectorised([&] {
        for (Layer& layer : layers_) layer.refresh(o_.quantised, o_.beta);
      });
      fresh_ = true;
    }
    const int64_t rows = x.rows;
    for (size_t l = 0; l < layers_.size(); ++l) {
      ctx.stop_if_asked();
      Layer& layer = layers_[l];
      const agon_activation f =
          l + 1 == layers_.size() ? o_.output_activation() : o_.hidden_activation();
      if (layer.first) {
        ctx.gemm_nn(x, layer.weight, layer.z.top(rows),
                    {.activation = f, .bias = layer.bias.data()});
        continue;
      }
      Layer& below = layers_[l - 1];
      ctx.gemm_nn_each(nets_,
                       {.a = below.block,
                        .b = layer.inputs * layer.weight.stride(),
                        .c = layer.block,
                        .bias = layer.block},
                       columns(below.z.top(rows), 0, below.block, below.units),
                       layer.weight.top(layer.inputs),
                       columns(layer.z.top(rows), 0, layer.block, layer.units),
                       {.activation = f, .bias = layer.bias.data()});
    }
    const Layer& out = layers_.back();
    for (int64_t b = 0; b < rows; ++b) {
      for (int64_t k = 0; k < nets_; ++k) y_.at(b, k) = out.z.at(b, k * out.block);
    }
  }

  // ---- (4) and (5): d, and its share that each layer's update multiplies with g

  double errors(Context& ctx, const agon_batch& batch) {
    const int64_t rows = batch.x.rows;
    const View d = d_.top(rows);
    double loss = 0;
    if (o_.loss == Loss::ce) {
      loss = ctx.softmax_cross_entropy(y_.top(rows), batch.target, d);
      ctx.affine(-1.0f, 0.0f, d);
    } else {
      const float* const t = batch.target.data + (two_class_ ? 1 : 0);  // the net says "class 1"
      for (int64_t b = 0; b < rows; ++b) {
        for (int64_t k = 0; k < nets_; ++k) {
          d_.at(b, k) = t[b * batch.target.stride + k] - y_.at(b, k);
          loss += 0.5 * static_cast<double>(d_.at(b, k)) * static_cast<double>(d_.at(b, k));
        }
      }
      loss /= static_cast<double>(rows);
    }
    return loss;
  }

  // Sorts the rows of every net by the sign of its error, and says where the thresholds meet it.
  void sort_errors(int64_t rows) {
    size_t up = 0,
           down = 0;  // signs come as they like: written always, kept or not, without a branch
    for (int64_t k = 0; k < nets_; ++k) {
      for (int64_t b = 0; b < rows; ++b) {
        const float d = d_.at(b, k);
        error_ += std::fabs(static_cast<double>(d));
        up_[up] = down_[down] = static_cast<int32_t>(b);
        up += d > 0 ? 1 : 0;
        down += d < 0 ? 1 : 0;
        const Meeting meets = meeting(o_.growth, d);
        thresholds_.at(b, k * kThresholdBlock) = o_.beta * meets.plus;
        thresholds_.at(b, k * kThresholdBlock + 1) = o_.beta * meets.minus;
      }
      up_first_[static_cast<size_t>(k + 1)] = static_cast<int64_t>(up);
      down_first_[static_cast<size_t>(k + 1)] = static_cast<int64_t>(down);
    }
  }

  // ---- (6)

  void update(Context& ctx, ConstView x, size_t l) {
    Layer& layer = layers_[l];
    const bool last = l + 1 == layers_.size();
    const int64_t rows = x.rows;
    const agon_activation f = o_.slope_of(last ? o_.output_activation() : o_.hidden_activation());
    ctx.vectorised([&] {
      deliver(f, layer, rows);
      if (!layer.first) meet(layer, layers_[l - 1], rows);
    });
    // g and its product with the amine, in the columns between units as well
    const int64_t macs = f.kind == AGON_IDENTITY ? 0 : 2 * rows * layer.delta.cols();
    ctx.count_work({.macs = macs, .effective = macs});
    const float step =
        o_.reduction == Reduction::mean ? layer.step / static_cast<float>(rows) : layer.step;
    const ConstView delta = columns(layer.delta.top(rows), 0, layer.block, layer.units);
    const int64_t per_net = layer.rows() * layer.magnitude.stride();
    const View m = layer.magnitude_of(0);
    if (layer.first) {
      update_inputs(ctx, layer, x, delta, step);
    } else {
      const View source = columns(layer.source.top(rows), 0, layers_[l - 1].block, layer.inputs);
      ctx.rank_k_each(nets_, {.a = layers_[l - 1].block, .b = layer.block, .c = per_net}, source,
                      delta, step, rows_of(m, 0, layer.inputs));
    }
    ctx.rank_k_each(nets_, {.a = kThresholdBlock, .b = layer.block, .c = per_net},
                    columns(thresholds_.top(rows), 0, kThresholdBlock, 2), delta, step,
                    rows_of(m, layer.synapses(), layer.rows()));
    if (o_.density < 1.0) ctx.multiply(layer.magnitude, layer.mask, layer.magnitude);
    if (o_.clamp_nonneg) ctx.activate({AGON_RELU, 1.0f, 0.0f}, layer.magnitude, layer.magnitude);
  }

  // The inputs are shared by the nets and both copies carry x: the rows of either sign suffice.
  void update_inputs(Context& ctx, Layer& layer, ConstView x, ConstView delta, float step) const {
    const View m = layer.magnitude_of(0);
    const View plus = rows_of(m, 0, layer.inputs);
    const View minus =
        rows_of(m, layer.synapses() - layer.inputs, layer.synapses());  // == plus unpaired
    const Steps steps{.b = layer.block, .c = layer.rows() * layer.magnitude.stride()};
    if (o_.growth == Growth::ed && layer.paired) {
      ctx.rank_k_opposed_each(
          nets_, steps, x, delta,
          {up_, down_, up_first_, down_first_, layer.type.data(),
           columns(layer.weight.view(), 0, layer.block, layer.units), layer.block},
          step, rows_of(m, 0, layer.synapses()));
      layer.follows = !o_.quantised && !o_.clamp_nonneg && o_.density == 1.0;
    } else if (o_.growth == Growth::ed) {
      ctx.rank_k_each(nets_, steps, x, delta, up_, up_first_, step, plus);
    } else {
      ctx.rank_k_each(nets_, steps, x, delta, step, plus);
      if (layer.paired && o_.growth == Growth::both)
        ctx.rank_k_each(nets_, steps, x, delta, -step, minus);
    }
  }

  // delta = g times the amine, which is d of (4) or, with growth only, |d|; f: of slope_of(). As the
  // kernels derivative and multiply would have it, to the bit.
  void deliver(agon_activation f, Layer& layer, int64_t rows) const {
    const float gain = f.gain;
    if (f.kind == AGON_SIGMOID) {
      deliver(layer, rows, [gain](float v) { return gain * (v * (1.0f - v)); });
    } else if (f.kind == AGON_RELU) {
      deliver(layer, rows, [gain](float v) { return gain * (gain * v <= 0 ? 0.0f : 1.0f); });
    } else {
      deliver(layer, rows, [](float) { return 1.0f; });  // linear
    }
  }
  template <typename Slope>
  void deliver(Layer& layer, int64_t rows, const Slope& g) const {
    for (int64_t b = 0; b < rows; ++b) {
      const float* z = layer.z.data(b);
      float* out = layer.delta.data(b);
      for (int64_t k = 0; k < nets_; ++k) {
        const float d = d_.at(b, k);
        const float amine = o_.growth == Growth::ed ? std::fabs(d) : d;
        for (int64_t at = 0; at < layer.block; at += 16, z += 16, out += 16)
          in_lanes([&](int64_t l) { out[l] = g(z[l]) * amine; });
      }
    }
  }

  // source = z of the layer below where its type meets the sign of d, else 0.
  void meet(Layer& layer, const Layer& below, int64_t rows) const {
    const float* const type = layer.source_type.data();
    for (int64_t b = 0; b < rows; ++b) {
      const float* z = below.z.data(b);
      float* out = layer.source.data(b);
      for (int64_t k = 0; k < nets_; ++k) {
        const Meeting meets = meeting(o_.growth, d_.at(b, k));
        for (int64_t at = 0; at < below.block; at += 16, z += 16, out += 16)
          in_lanes(
              [&](int64_t l) { out[l] = z[l] * (type[at + l] > 0 ? meets.plus : meets.minus); });
      }
    }
  }

  Options o_;
  bool two_class_;
  bool fresh_ = false;  // the weights and biases of every layer follow from its magnitudes
  int64_t nets_ = 1;    // K
  std::vector<Layer> layers_;
  std::vector<Matrix> types_;  // s of every layer, to be read by name
  Matrix y_, d_;               // [max_batch x K]
  Matrix thresholds_;          // [max_batch x K*16]: beta where the + and the - threshold meet d
  std::vector<int32_t> up_, down_;  // net after net: its rows with d > 0, with d < 0; one to spare
  std::vector<int64_t> up_first_, down_first_;  // [K + 1]: where a net's begin
};

}  // namespace agon::ed
