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
  products,       // of values with weights by gemm whose zeros are not known: moved as well
  updates,        // the same of products that make a change of weights from what is at each synapse
  idle,           // of still and moved: one with a zero operand
  words,          // moved beside those
  weight_writes,  // weights written
  looked_at,      // of products and updates: those whose operands were looked at for all
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
  // Multiply-accumulates without a zero operand, of those that are not sampled.
  uint64_t surely_effective() const noexcept {
    using enum Counted;
    return (*this)[still] + (*this)[moved] - (*this)[idle];
  }
  // Of all: the products that were looked at stand for the others. NaN where there are some and none was
  // looked at.
  double effective() const noexcept {
    using enum Counted;
    const auto of = [&](Counted what) { return static_cast<double>((*this)[what]); };
    const auto own = static_cast<double>(surely_effective());
    const double multiplied = of(products) + of(updates);
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
    look_at_all(false);
  }

  // From now on every product is looked at for itself, until it is called with false.
  void look_at_all(bool all) noexcept { all_.store(all, std::memory_order_relaxed); }

  // What becomes of the product at hand. Its zeros are counted: of each of the first ones, which are all of a
  // short training, for itself alone; then of one in a prime number, so that the pattern of a rule's calls does
  // not decide which, for those behind it as well.
  enum class Look { none, for_others, for_itself };
  Look look() noexcept {
    if (all_.load(std::memory_order_relaxed)) return Look::for_itself;
    const uint64_t call = calls_.load(std::memory_order_relaxed);
    calls_.store(call + 1, std::memory_order_relaxed);
    if (call < kFirst) return Look::for_itself;
    return (call - kFirst) % kOneIn == 0 ? Look::for_others : Look::none;
  }

 private:
  static constexpr uint64_t kFirst = 64, kOneIn = 61;

  std::array<std::atomic<uint64_t>, static_cast<size_t>(Counted::end)> counts_{};
  std::atomic<uint64_t> calls_ = 0;
  std::atomic<bool> all_ = false;
};

}  // namespace agon::harness
