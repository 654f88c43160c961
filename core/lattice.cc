// SPDX-License-Identifier: MIT
//
// One synchronous step of a fixed lattice, the batch in lanes. Offsets are grouped into runs of
// neighbouring dx; a block of outputs along x stays in registers, each o is loaded once per run and each
// weight is broadcast once per block of lanes: about one load per FMA, which keeps the step compute-bound.
// Where the lattice is open and reaches one site far along x, and a site's lanes are a block, the activity o
// is read as it lies, and what would be beyond an end of a row is left out. Else it is copied, per block of
// lanes, into rows of x with a halo (zeros, or wrapped sites when periodic).
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
#include "core/shared.h"

#ifndef AGON_CORE_LATTICE_ONCE
#define AGON_CORE_LATTICE_ONCE
namespace agon::core {

// `length` neighbours (dz, dy, dx .. dx + length - 1) with weights k .. k + length - 1.
struct Run {
  int32_t dz, dy, dx;
  uint32_t length, k;
};
inline constexpr uint32_t kLongestRun = 3;

// A run as seen from one row of x: the row it reads, where it starts for x = 0, and the first weight.
struct Source {
  int32_t row, dx;
  uint32_t k;
};

// The runs that exist for a row (z, y), longest first: sources[begin[0], begin[1]) have length 3,
// [begin[1], begin[2]) length 2, [begin[2], begin[3]) length 1.
struct Row {
  uint32_t begin[kLongestRun + 1];
};

// What a step needs to know of a lattice, kept from call to call.
struct LatticePlan {
  int32_t z = 0, y = 0, x = 0;
  bool periodic = false;
  std::vector<int32_t> offsets;
  int32_t halo_low = 0, halo_high = 0;  // sites that are read left and right of a row of x
  std::vector<Run> runs;
  std::vector<Source> sources;
  std::vector<Row> rows;  // [Z*Y]
  uint64_t links = 0;     // outside an open lattice there is none
};

}  // namespace agon::core
#endif

HWY_BEFORE_NAMESPACE();
namespace agon::core::HWY_NAMESPACE {

// Outputs along x and vectors of lanes in one register block: 4 x 2 sums of 16 registers, 8 x 2
// of 32. Where there are but 16, the choice at the ends of a row costs more than packing.
constexpr size_t kMaxBlock = HWY_TARGET == HWY_AVX3 ? 8 : 4;
constexpr bool kReadsInPlace = HWY_TARGET == HWY_AVX3;

// Where a block of lanes of o is read: as it lies, or packed with halos.
struct Activity {
  const float* first;  // of the site (0, 0, 0); a block of lanes behind it is the next one along x
  int32_t row_sites;   // sites from a row of x to the next
  bool in_place;       // beyond the ends of a row there are other rows
};

struct Step {
  const Lattice& lattice;
  const LatticePlan& plan;
  ConstView u;
  View p, e;
  float alpha, eta, lambda;

  // to[1 x width] = the lanes [lane, lane + width) of a site, or zeros.
  static HWY_INLINE void pack_site(const float* from, size_t width, float* to) {
    const Float d;
    const size_t lanes = hn::Lanes(d);
    for (size_t i = 0; i < width; i += lanes) {
      hn::StoreU(from == nullptr ? hn::Zero(d) : hn::LoadU(d, from + i), d, to + i);
    }
  }

  // packed[Z*Y rows x (halo + X + halo) x width] = the lanes [lane, lane + width) of o.
  void pack(ConstView o, size_t lane, size_t width, float* packed) const {
    const int32_t size = lattice.x;
    for (int32_t row = 0; row < lattice.z * lattice.y; ++row) {
      const float* sites = o.row(static_cast<size_t>(row * size)) + lane;
      const auto halo = [&](int32_t begin, int32_t end) {
        for (int32_t x = begin; x < end; ++x, packed += width) {
          const auto wrapped = static_cast<size_t>(((x % size) + size) % size);
          pack_site(lattice.periodic ? sites + wrapped * o.stride : nullptr, width, packed);
        }
      };
      halo(-plan.halo_low, 0);
      for (int32_t x = 0; x < size; ++x, packed += width) {
        pack_site(sites + static_cast<size_t>(x) * o.stride, width, packed);
      }
      halo(size, size + plan.halo_high);
    }
  }

  // sums[kBlock x kVectors] += one run of neighbours; o: of the first output's x + dx, which is left out
  // if outside_low, as that of the last output's last neighbour if outside_high.
  template <size_t kBlock, size_t kVectors, size_t kLength>
  static HWY_INLINE void add_run(const float* HWY_RESTRICT o, bool outside_low, bool outside_high,
                                 const float* HWY_RESTRICT w, size_t w_stride,
                                 Vector (&sums)[kBlock][kVectors]) {
    const Float d;
    const size_t lanes = hn::Lanes(d);
    // Opaque to the optimiser, which would otherwise keep one address per load in (too few)
    // registers.
    const float* rows[kBlock];
#pragma GCC unroll 16
    for (size_t i = 0; i < kBlock; ++i) rows[i] = i == 0 ? w : rows[i - 1] + w_stride;
    constexpr size_t kLast = kBlock + kLength - 2;
    constexpr size_t kWidth = kVectors * hn::MaxLanes(Float());
    asm("" : "+r"(o));
#pragma GCC unroll 16
    for (size_t x = 0; x <= kLast; ++x) {
      if (x == 0 && outside_low) continue;
      if (x == kLast && outside_high) continue;
      Vector value[kVectors];
#pragma GCC unroll 4
      for (size_t v = 0; v < kVectors; ++v) {
        value[v] = hn::LoadU(d, o + x * kWidth + v * lanes);
        hold(value[v]);
      }
#pragma GCC unroll 16
      for (size_t i = 0; i < kBlock; ++i) {
        if (x < i || x - i >= kLength) continue;
        const Vector weight = hn::Set(d, rows[i][x - i]);
#pragma GCC unroll 4
        for (size_t v = 0; v < kVectors; ++v) sums[i][v] = hn::MulAdd(weight, value[v], sums[i][v]);
      }
    }
  }

  // The runs [begin, end) of one length.
  template <size_t kBlock, size_t kVectors, size_t kLength>
  HWY_INLINE void add_runs(uint32_t begin, uint32_t end, const Activity& o, int32_t x,
                           const float* w, Vector (&sums)[kBlock][kVectors]) const {
    constexpr auto kWidth = static_cast<ptrdiff_t>(kVectors * hn::MaxLanes(Float()));
    const bool first = kReadsInPlace && o.in_place && x == 0;
    const bool last = kReadsInPlace && o.in_place && x + static_cast<int32_t>(kBlock) == lattice.x;
    for (uint32_t i = begin; i < end; ++i) {
      const Source& source = plan.sources[i];
      const ptrdiff_t from = ptrdiff_t{source.row} * o.row_sites + source.dx + x;
      add_run<kBlock, kVectors, kLength>(o.first + from * kWidth, first && source.dx < 0,
                                         last && source.dx + static_cast<int32_t>(kLength) > 1,
                                         w + source.k, lattice.weights.stride, sums);
    }
  }

  // The outputs x .. x + kBlock - 1 of a row for kVectors vectors of lanes.
  template <size_t kBlock, size_t kVectors>
  HWY_NOINLINE void block(const Activity& o, int32_t row, int32_t x, size_t lane) const {
    const Float d;
    const size_t lanes = hn::Lanes(d);
    const size_t site = static_cast<size_t>(row * lattice.x + x);
    const float* w = lattice.weights.row(site);
    Vector sums[kBlock][kVectors];
#pragma GCC unroll 16
    for (size_t i = 0; i < kBlock; ++i) {
#pragma GCC unroll 4
      for (size_t v = 0; v < kVectors; ++v) sums[i][v] = hn::Zero(d);
    }
    const Row& runs = plan.rows[static_cast<size_t>(row)];
    add_runs<kBlock, kVectors, 3>(runs.begin[0], runs.begin[1], o, x, w, sums);
    add_runs<kBlock, kVectors, 2>(runs.begin[1], runs.begin[2], o, x, w, sums);
    add_runs<kBlock, kVectors, 1>(runs.begin[2], runs.begin[3], o, x, w, sums);
    const Vector drive = hn::Set(d, alpha), rate = hn::Set(d, eta),
                 keep = hn::Set(d, 1.0f - lambda);
    if (row < lattice.y && u.data != nullptr) {
#pragma GCC unroll 16
      for (size_t i = 0; i < kBlock; ++i) {
#pragma GCC unroll 4
        for (size_t v = 0; v < kVectors; ++v) {
          sums[i][v] =
              hn::MulAdd(drive, hn::LoadU(d, u.row(site + i) + lane + v * lanes), sums[i][v]);
        }
      }
    }
    float* HWY_RESTRICT prediction = p.row(site) + lane;
    float* HWY_RESTRICT error = e.row(site) + lane;
    const size_t p_stride = p.stride, e_stride = e.stride;
#pragma GCC unroll 16
    for (size_t i = 0; i < kBlock; ++i) {
#pragma GCC unroll 4
      for (size_t v = 0; v < kVectors; ++v) {
        const Vector before = hn::LoadU(d, prediction + i * p_stride + v * lanes);
        const Vector difference = hn::Sub(sums[i][v], before);
        hn::StoreU(difference, d, error + i * e_stride + v * lanes);
        hn::StoreU(hn::MulAdd(rate, difference, hn::Mul(keep, before)), d,
                   prediction + i * p_stride + v * lanes);
      }
    }
  }

  using BlockFn = void (Step::*)(const Activity&, int32_t, int32_t, size_t) const;
  template <size_t kVectors, size_t... kBlock>
  static constexpr std::array<BlockFn, sizeof...(kBlock)> blocks(std::index_sequence<kBlock...>) {
    return {&Step::block<kBlock + 1, kVectors>...};
  }

  Activity activity(ConstView o, size_t lane, size_t width) const {
    if (kReadsInPlace && !lattice.periodic && plan.halo_low <= 1 && plan.halo_high <= 1 &&
        o.stride == width)
      return {o.data + lane, lattice.x, true};
    const int32_t row_sites = plan.halo_low + lattice.x + plan.halo_high;
    float* packed =
        scratch(Scratch::lattice, plan.rows.size() * static_cast<size_t>(row_sites) * width);
    pack(o, lane, width, packed);
    return {packed + static_cast<size_t>(plan.halo_low) * width, row_sites, false};
  }

  template <size_t kVectors>
  void lanes_block(ConstView o, size_t lane) const {
    static constexpr auto kBlocks = blocks<kVectors>(std::make_index_sequence<kMaxBlock>());
    const Activity from = activity(o, lane, kVectors * hn::Lanes(Float()));
    for (int32_t row = 0; row < lattice.z * lattice.y; ++row) {
      for (int32_t x = 0; x < lattice.x;) {
        const int32_t size = std::min<int32_t>(kMaxBlock, lattice.x - x);
        (this->*kBlocks[static_cast<size_t>(size - 1)])(from, row, x, lane);
        x += size;
      }
    }
  }
};

void lattice_simd(const Lattice& lattice, const LatticePlan& plan, ConstView o, ConstView u,
                  float alpha, float eta, float lambda, View p, View e) {
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
void find_runs(LatticePlan& plan) {
  plan.runs.clear();
  plan.halo_low = plan.halo_high = 0;
  for (uint32_t k = 0; 3 * k < plan.offsets.size(); ++k) {
    const int32_t dz = plan.offsets[3 * k], dy = plan.offsets[3 * k + 1],
                  dx = plan.offsets[3 * k + 2];
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
}

int32_t wrap(int32_t v, int32_t size) { return ((v % size) + size) % size; }

void find_sources(LatticePlan& plan) {
  plan.sources.clear();
  plan.rows.clear();
  for (int32_t row = 0; row < plan.z * plan.y; ++row) {
    Row runs{};
    for (uint32_t length = kLongestRun; length > 0; --length) {
      runs.begin[kLongestRun - length] = static_cast<uint32_t>(plan.sources.size());
      for (const Run& run : plan.runs) {
        int32_t z = row / plan.y + run.dz, y = row % plan.y + run.dy;
        if (plan.periodic) {
          z = wrap(z, plan.z);
          y = wrap(y, plan.y);
        }
        if (run.length != length || z < 0 || z >= plan.z || y < 0 || y >= plan.y) continue;
        plan.sources.push_back({z * plan.y + y, run.dx, run.k});
      }
    }
    runs.begin[kLongestRun] = static_cast<uint32_t>(plan.sources.size());
    plan.rows.push_back(runs);
  }
}

uint64_t count_links(const LatticePlan& plan) {
  const auto inside = [&](int32_t size, int32_t offset) {
    return static_cast<uint64_t>(plan.periodic ? size : std::max(0, size - std::abs(offset)));
  };
  uint64_t links = 0;
  for (size_t k = 0; k < plan.offsets.size(); k += 3) {
    links += inside(plan.z, plan.offsets[k]) * inside(plan.y, plan.offsets[k + 1]) *
             inside(plan.x, plan.offsets[k + 2]);
  }
  return links;
}

// The plans of this thread's last lattices, one for each height but for those beyond kPlans, which
// share: a lattice that grows by a layer a step, as its input climbs, finds its plans again in the
// next block of lanes. Made anew only when the lattice is another one.
constexpr size_t kPlans = 32;
const LatticePlan& plan_for(const Lattice& lattice) {
  thread_local std::array<LatticePlan, kPlans> plans;
  LatticePlan& plan = plans[static_cast<size_t>(lattice.z) % kPlans];
  if (plan.z == lattice.z && plan.y == lattice.y && plan.x == lattice.x &&
      plan.periodic == lattice.periodic && std::ranges::equal(plan.offsets, lattice.offsets)) {
    return plan;
  }
  plan.z = lattice.z;
  plan.y = lattice.y;
  plan.x = lattice.x;
  plan.periodic = lattice.periodic;
  try {  // into the memory of the plan before
    plan.offsets.assign(lattice.offsets.begin(), lattice.offsets.end());
    find_runs(plan);
    find_sources(plan);
    plan.links = count_links(plan);
  } catch (...) {
    plan.z = 0;  // half a plan is that of no lattice
    throw;
  }
  return plan;
}

}  // namespace

uint64_t lattice_step(const Lattice& lattice, ConstView o, ConstView u, float alpha, float eta,
                      float lambda, View p, View e) {
  [[maybe_unused]] const auto sites = static_cast<size_t>(lattice.z) *
                                      static_cast<size_t>(lattice.y) *
                                      static_cast<size_t>(lattice.x);
  assert(lattice.offsets.size() % 3 == 0 && lattice.weights.cols == lattice.offsets.size() / 3);
  assert(lattice.weights.rows == sites && o.rows == sites && p.rows == sites && e.rows == sites);
  assert(o.cols % kLanes == 0 && p.cols == o.cols && e.cols == o.cols);
  assert(u.data == nullptr ||
         (u.cols == o.cols && u.rows * static_cast<size_t>(lattice.z) == sites));
  const LatticePlan& plan = plan_for(lattice);
  // shared by lanes, two vectors of the widest target at least
  in_parts(o.cols, 2 * kLanes, plan.links, [&](size_t begin, size_t end) {
    HWY_DYNAMIC_DISPATCH(lattice_simd)
    (lattice, plan, columns_of(o, begin, end), columns_of(u, begin, end), alpha, eta, lambda,
     columns_of(p, begin, end), columns_of(e, begin, end));
  });
  // two more per site: the error with its input, and the prediction
  return (plan.links + 2 * uint64_t{o.rows}) * o.cols;
}

}  // namespace agon::core
#endif
