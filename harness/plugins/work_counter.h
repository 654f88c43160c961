// SPDX-License-Identifier: MIT
//
// The work of a cell in units that no machine changes (agon_work, agon/ext/kernels.h). Threads: any; of a
// rule that calls kernels from several at once, other products may be looked at in another run.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace agon::harness {

// Multiply-accumulates by what their operands do, and what else is counted.
enum class Counted : size_t {
  still,          // operands that are where they are needed: element-wise, between neighbours
  moved,          // one word each comes from another unit
  products,       // of values with weights by gemm: moved as well
  updates,        // of products that make a change of weights from what is at each synapse
  idle,           // of still and moved: one with a zero operand
  words,          // moved beside those
  weight_writes,  // weights written
  looked_at,      // of products and updates: those whose operands were looked at
  busy,           // of these: without a zero operand
  end
};

// What has been counted so far; a difference of two readings is the work between them.
struct Work {
  std::array<uint64_t, static_cast<size_t>(Counted::end)> counts{};

  uint64_t operator[](Counted what) const noexcept { return counts[static_cast<size_t>(what)]; }

  uint64_t macs() const noexcept {
    using enum Counted;
    return (*this)[still] + (*this)[moved] + (*this)[products] + (*this)[updates];
  }
  uint64_t words_moved() const noexcept {
    using enum Counted;
    return (*this)[moved] + (*this)[products] + (*this)[words];
  }
  uint64_t weight_writes() const noexcept { return (*this)[Counted::weight_writes]; }
  // Multiply-accumulates without a zero operand: the products that were looked at stand for all. NaN where
  // there are products and none was looked at.
  double effective() const noexcept {
    using enum Counted;
    const auto of = [&](Counted what) { return static_cast<double>((*this)[what]); };
    const double own = of(still) + of(moved) - of(idle), multiplied = of(products) + of(updates);
    return multiplied > 0 ? own + multiplied * of(busy) / of(looked_at) : own;
  }

  Work& operator+=(const Work& o) noexcept {
    for (size_t i = 0; i < counts.size(); ++i) counts[i] += o.counts[i];
    return *this;
  }
  friend Work operator-(Work a, const Work& b) noexcept {
    for (size_t i = 0; i < a.counts.size(); ++i) a.counts[i] -= b.counts[i];
    return a;
  }
};

class WorkCounter {
 public:
  void add(Counted what, uint64_t n) noexcept {
    counts_[static_cast<size_t>(what)].fetch_add(n, std::memory_order_relaxed);
  }
  Work read() const noexcept {
    Work out;
    for (size_t i = 0; i < counts_.size(); ++i)
      out.counts[i] = counts_[i].load(std::memory_order_relaxed);
    return out;
  }
  void reset() noexcept {
    for (std::atomic<uint64_t>& count : counts_) count.store(0, std::memory_order_relaxed);
    calls_.store(0, std::memory_order_relaxed);
  }

  // Whether the product at hand is one of those to look at: the first ones, then one in a prime number, so
  // that the pattern of a rule's calls does not decide which.
  bool look() noexcept {
    const uint64_t call = calls_.load(std::memory_order_relaxed);
    calls_.store(call + 1, std::memory_order_relaxed);
    return call < kFirst || call % kOneIn == 0;
  }

 private:
  static constexpr uint64_t kFirst = 64, kOneIn = 61;

  std::array<std::atomic<uint64_t>, static_cast<size_t>(Counted::end)> counts_{};
  std::atomic<uint64_t> calls_ = 0;
};

}  // namespace agon::harness
