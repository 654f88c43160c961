// SPDX-License-Identifier: MIT
//
// f and f' of the hidden layers: the kernels', and the leaky ReLU, which they do not have.
#pragma once

#include <bit>
#include <cstdint>

#include "agon/rule.h"
#include "options.h"

namespace agon::pc {

class Activation {
 public:
  explicit Activation(Shape shape) : shape_(shape) {}

  bool linear() const { return shape_ == Shape::identity; }
  // f' cannot be had from f(a) alone.
  bool needs_preactivation() const { return shape_ == Shape::gelu; }

  // fn(slope) where slope(h) is f' from h = f(a), as the kernel derivative has it to the bit; false where h does
  // not tell.
  template <typename Fn>
  bool with_slope(const Fn& fn) const {
    switch (shape_) {
      case Shape::relu: return fn(relu_slope), true;
      case Shape::tanh: return fn([](float h) { return (1.0f - h) * (1.0f + h); }), true;
      case Shape::sigmoid: return fn([](float h) { return h * (1.0f - h); }), true;
      case Shape::gelu:
      case Shape::identity:
      case Shape::lrelu: break;
    }
    return false;
  }

  // h = f(x W^T + b): x [B x k], W [n x k], b [n], h [B x n]. a [B x n] receives the argument of f
  // when it has data.
  void layer(Context& ctx, ConstView x, ConstView w, const float* b, View a, View h) const {
    if (a.data != nullptr) {
      ctx.gemm_nt(x, w, a, {.bias = b});
      return apply(ctx, a, h);
    }
    const bool fused = shape_ != Shape::lrelu;
    ctx.gemm_nt(x, w, h, {.activation = fused ? kernel() : kIdentity, .bias = b});
    if (!fused) apply(ctx, h, h);
  }

  // h = f(a), in place allowed.
  void apply(Context& ctx, ConstView a, View h) const {
    if (shape_ != Shape::lrelu) return ctx.activate(kernel(), a, h);
    each(a, h, [](float v) { return v > 0 ? v : kLeak * v; });
  }

  // out = f'(a), with h = f(a). Without needs_preactivation() a may be h: the rectifiers keep the
  // sign. ReLU and leaky ReLU have the left derivative at the kink.
  void slope(Context& ctx, ConstView a, ConstView h, View out) const {
    if (shape_ != Shape::lrelu) return ctx.derivative(kernel(), a, h, out);
    each(a, out, [](float v) { return v > 0 ? 1.0f : kLeak; });
  }

 private:
  // 0 or 1 as bits: GCC skips a multiplication by 1 where it sees the choice, which AVX2 then takes step by step.
  static float relu_slope(float h) noexcept {
    const uint32_t above = h <= 0 ? 0 : ~uint32_t{0};
    return std::bit_cast<float>(above & std::bit_cast<uint32_t>(1.0f));
  }
  static constexpr float kLeak = 0.01f;
  static constexpr agon_activation kIdentity{AGON_IDENTITY, 1.0f, 0.0f};

  agon_activation kernel() const {
    switch (shape_) {
      case Shape::relu: return {AGON_RELU, 1.0f, 0.0f};
      case Shape::tanh: return {AGON_TANH, 1.0f, 0.0f};
      case Shape::sigmoid: return {AGON_SIGMOID, 1.0f, 0.0f};
      case Shape::gelu: return {AGON_GELU, 1.0f, 0.0f};
      case Shape::identity:
      case Shape::lrelu: break;
    }
    return kIdentity;
  }

  template <typename Fn>
  static void each(ConstView in, View out, Fn fn) {
    for (int64_t r = 0; r < in.rows; ++r) {
      const float* const a = in.data + r * in.stride;
      float* const b = out.data + r * out.stride;
      for (int64_t i = 0; i < in.cols; ++i) b[i] = fn(a[i]);
    }
  }

  Shape shape_;
};

}  // namespace agon::pc
