// SPDX-License-Identifier: MIT
//
// One synchronous step of a fixed lattice, the batch in lanes. Per block of lanes the activity o is
// copied into rows of x with a halo (zeros, or wrapped sites when periodic), so that the inner loop has
// no border test. Offsets are grouped into runs of neighbouring dx; a block of outputs along x stays in
// registers, each o is loaded once per run and each weight is broadcast once per block of lanes: about
// one load per FMA, which keeps the step compute-bound.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/lattice.cc"
#include <hwy/foreach_target.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdlib>
#include <utility>
#include <vector>

#include "core/kernels.h"
#include "core/rows-inl.h"
#include "core/scratch.h"

#ifndef AGON_CORE_LATTICE_ONCE
#define AGON_CORE_LATTICE_ONCE
namespace agon::core {

// `length` neighbours (dz, dy, dx .. dx + length - 1) with weights k .. k + length - 1.
struct Run {
  int32_t dz, dy, dx;
  uint32_t length, k;
};
inline constexpr uint32_t kLongestRun = 3;

struct LatticePlan {
  std::vector<Run> runs;
  int32_t halo_low = 0, halo_high = 0;  // sites left and right of a row of x
};

}  // namespace agon::core
#endif

HWY_BEFORE_NAMESPACE();
namespace agon::core::HWY_NAMESPACE {

// Outputs along x and vectors of lanes in one register block: 4 x 2 sums of 16 registers, 8 x 2 of 32.
constexpr size_t kMaxBlock = HWY_TARGET == HWY_AVX3 ? 8 : 4;

struct Step {
  const Lattice& lattice;
  const LatticePlan& plan;
  ConstView u;
  View p, e;
  float alpha, eta, lambda;

  size_t row_sites() const { return static_cast<size_t>(plan.halo_low + lattice.x + plan.halo_high); }

  // packed[Z*Y rows x (halo + X + halo) x width] = the lanes [lane, lane + width) of o.
  void pack(ConstView o, size_t lane, size_t width, float* packed) const {
    const Float d;
    const size_t lanes = hn::Lanes(d);
    for (int32_t row = 0; row < lattice.z * lattice.y; ++row) {
      for (int32_t x = -plan.halo_low; x < lattice.x + plan.halo_high; ++x) {
        const bool outside = x < 0 || x >= lattice.x;
        const int32_t from = outside ? ((x % lattice.x) + lattice.x) % lattice.x : x;
        const float* site = o.row(static_cast<size_t>(row * lattice.x + from)) + lane;
        for (size_t i = 0; i < width; i += lanes) {
          hn::StoreU(outside && !lattice.periodic ? hn::Zero(d) : hn::LoadU(d, site + i), d, packed + i);
        }
        packed += width;
      }
    }
  }

  // The packed row that (z + dz, y + dy) names; -1 outside an open lattice.
  int32_t source_row(int32_t z, int32_t y, const Run& run) const {
    int32_t nz = z + run.dz, ny = y + run.dy;
    if (lattice.periodic) {
      nz = ((nz % lattice.z) + lattice.z) % lattice.z;
      ny = ((ny % lattice.y) + lattice.y) % lattice.y;
    } else if (nz < 0 || nz >= lattice.z || ny < 0 || ny >= lattice.y) {
      return -1;
    }
    return nz * lattice.y + ny;
  }

  // sums[kBlock x kVectors] += one run of neighbours; o: packed at the first output's x + dx.
  template <size_t kBlock, size_t kVectors, size_t kLength>
  static HWY_INLINE void add_run(const float* HWY_RESTRICT o, const float* HWY_RESTRICT w, size_t w_stride,
                                 Vector (&sums)[kBlock][kVectors]) {
    const Float d;
    const size_t lanes = hn::Lanes(d);
#pragma GCC unroll 16
    for (size_t x = 0; x < kBlock + kLength - 1; ++x) {
      Vector value[kVectors];
#pragma GCC unroll 4
      for (size_t v = 0; v < kVectors; ++v) value[v] = hn::LoadU(d, o + (x * kVectors + v) * lanes);
#pragma GCC unroll 16
      for (size_t i = 0; i < kBlock; ++i) {
        if (x < i || x - i >= kLength) continue;
        const Vector weight = hn::Set(d, w[i * w_stride + (x - i)]);
#pragma GCC unroll 4
        for (size_t v = 0; v < kVectors; ++v) sums[i][v] = hn::MulAdd(weight, value[v], sums[i][v]);
      }
    }
  }

  // The outputs x .. x + kBlock - 1 of row (z, y) for kVectors vectors of lanes.
  template <size_t kBlock, size_t kVectors>
  HWY_NOINLINE void block(const float* packed, int32_t z, int32_t y, int32_t x, size_t lane) const {
    const Float d;
    const size_t lanes = hn::Lanes(d);
    const size_t site = static_cast<size_t>((z * lattice.y + y) * lattice.x + x);
    const ConstView weights = lattice.weights;
    Vector sums[kBlock][kVectors];
#pragma GCC unroll 16
    for (size_t i = 0; i < kBlock; ++i) {
#pragma GCC unroll 4
      for (size_t v = 0; v < kVectors; ++v) sums[i][v] = hn::Zero(d);
    }
    for (const Run& run : plan.runs) {
      const int32_t row = source_row(z, y, run);
      if (row < 0) continue;
      const size_t first = static_cast<size_t>(row) * row_sites() + static_cast<size_t>(plan.halo_low + x + run.dx);
      const float* o = packed + first * kVectors * lanes;
      const float* w = weights.row(site) + run.k;
      if (run.length == 3) {
        add_run<kBlock, kVectors, 3>(o, w, weights.stride, sums);
      } else if (run.length == 2) {
        add_run<kBlock, kVectors, 2>(o, w, weights.stride, sums);
      } else {
        add_run<kBlock, kVectors, 1>(o, w, weights.stride, sums);
      }
    }
    const Vector drive = hn::Set(d, alpha), rate = hn::Set(d, eta), keep = hn::Set(d, 1.0f - lambda);
    const bool driven = z == 0 && u.data != nullptr;
#pragma GCC unroll 16
    for (size_t i = 0; i < kBlock; ++i) {
#pragma GCC unroll 4
      for (size_t v = 0; v < kVectors; ++v) {
        const size_t column = lane + v * lanes;
        Vector sum = sums[i][v];
        if (driven) sum = hn::MulAdd(drive, hn::LoadU(d, u.row(site + i) + column), sum);
        const Vector prediction = hn::LoadU(d, p.row(site + i) + column);
        const Vector error = hn::Sub(sum, prediction);
        hn::StoreU(error, d, e.row(site + i) + column);
        hn::StoreU(hn::MulAdd(rate, error, hn::Mul(keep, prediction)), d, p.row(site + i) + column);
      }
    }
  }

  using BlockFn = void (Step::*)(const float*, int32_t, int32_t, int32_t, size_t) const;
  template <size_t kVectors, size_t... kBlock>
  static constexpr std::array<BlockFn, sizeof...(kBlock)> blocks(std::index_sequence<kBlock...>) {
    return {&Step::block<kBlock + 1, kVectors>...};
  }

  template <size_t kVectors>
  void lanes_block(ConstView o, size_t lane) const {
    static constexpr auto kBlocks = blocks<kVectors>(std::make_index_sequence<kMaxBlock>());
    const size_t width = kVectors * hn::Lanes(Float());
    const size_t rows = static_cast<size_t>(lattice.z) * static_cast<size_t>(lattice.y);
    float* packed = scratch(Scratch::lattice, rows * row_sites() * width);
    pack(o, lane, width, packed);
    for (int32_t z = 0; z < lattice.z; ++z) {
      for (int32_t y = 0; y < lattice.y; ++y) {
        for (int32_t x = 0; x < lattice.x;) {
          const int32_t size = std::min<int32_t>(kMaxBlock, lattice.x - x);
          (this->*kBlocks[static_cast<size_t>(size - 1)])(packed, z, y, x, lane);
          x += size;
        }
      }
    }
  }
};

void lattice_simd(const Lattice& lattice, const LatticePlan& plan, ConstView o, ConstView u, float alpha,
                  float eta, float lambda, View p, View e) {
  const Step step{lattice, plan, u, p, e, alpha, eta, lambda};
  const size_t lanes = hn::Lanes(Float());
  size_t lane = 0;
  for (; lane + 2 * lanes <= o.cols; lane += 2 * lanes) step.lanes_block<2>(o, lane);
  for (; lane < o.cols; lane += lanes) step.lanes_block<1>(o, lane);
}

}  // namespace agon::core::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace agon::core {
namespace {

HWY_EXPORT(lattice_simd);

// Neighbouring offsets in the given order become one run while dz and dy stay and dx grows by one.
const LatticePlan& make_plan(std::span<const int32_t> offsets) {
  thread_local LatticePlan plan;
  plan.runs.clear();
  plan.halo_low = plan.halo_high = 0;
  for (uint32_t k = 0; 3 * k < offsets.size(); ++k) {
    const int32_t dz = offsets[3 * k], dy = offsets[3 * k + 1], dx = offsets[3 * k + 2];
    plan.halo_low = std::max(plan.halo_low, -dx);
    plan.halo_high = std::max(plan.halo_high, dx);
    if (!plan.runs.empty()) {
      Run& last = plan.runs.back();
      if (last.dz == dz && last.dy == dy && last.dx + static_cast<int32_t>(last.length) == dx &&
          last.length < kLongestRun) {
        ++last.length;
        continue;
      }
    }
    plan.runs.push_back({dz, dy, dx, 1, k});
  }
  return plan;
}

// Links that exist: outside an open lattice there is none.
uint64_t count_links(const Lattice& lattice) {
  const auto inside = [&](int32_t size, int32_t offset) {
    return lattice.periodic ? size : std::max(0, size - std::abs(offset));
  };
  uint64_t links = 0;
  for (size_t k = 0; k + 2 < lattice.offsets.size(); k += 3) {
    links += static_cast<uint64_t>(inside(lattice.z, lattice.offsets[k])) *
             static_cast<uint64_t>(inside(lattice.y, lattice.offsets[k + 1])) *
             static_cast<uint64_t>(inside(lattice.x, lattice.offsets[k + 2]));
  }
  return links;
}

}  // namespace

uint64_t lattice_step(const Lattice& lattice, ConstView o, ConstView u, float alpha, float eta, float lambda,
                      View p, View e) noexcept {
  [[maybe_unused]] const auto sites =
      static_cast<size_t>(lattice.z) * static_cast<size_t>(lattice.y) * static_cast<size_t>(lattice.x);
  assert(lattice.offsets.size() % 3 == 0 && lattice.weights.cols == lattice.offsets.size() / 3);
  assert(lattice.weights.rows == sites && o.rows == sites && p.rows == sites && e.rows == sites);
  assert(o.cols % kLanes == 0 && p.cols == o.cols && e.cols == o.cols);
  assert(u.data == nullptr || (u.cols == o.cols && u.rows * static_cast<size_t>(lattice.z) == sites));
  HWY_DYNAMIC_DISPATCH(lattice_simd)(lattice, make_plan(lattice.offsets), o, u, alpha, eta, lambda, p, e);
  // two more per site: the input or error, and the prediction
  const uint64_t updates = 2 * uint64_t{o.rows};
  return (count_links(lattice) + updates) * o.cols;
}

}  // namespace agon::core
#endif
