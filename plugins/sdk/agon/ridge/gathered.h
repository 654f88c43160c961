// SPDX-License-Identifier: MIT
//
// What agon/ridge.h keeps of the rows it is given: every 4th is the inner part's, the others are
// the outer part's. The primal form keeps sums, the dual one the rows. Thread: [model].
// Errors: RuleError.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <vector>

#include "agon/ops.h"
#include "agon/state.h"

namespace agon::ridge {

using Doubles = std::vector<double>;
enum : size_t { kOuter = 0, kInner = 1 };
inline constexpr int64_t kInnerEvery = 4;
// Products run in float over this many terms and are summed in double: one float sum over all of
// them would lose the small eigenvalues that lambda = .01 needs.
inline constexpr int64_t kChunk = 32;
inline constexpr int64_t kBlock = 64;  // rows of a Gram matrix that are made at a time

inline size_t size(int64_t n) noexcept { return static_cast<size_t>(n); }

// Rows [begin, end) and columns [left, right) of m; left is a multiple of 16.
inline ConstView cut(Matrix& m, int64_t begin, int64_t end, int64_t left, int64_t right) {
  return {m.data() + begin * m.stride() + left, end - begin, right - left, m.stride()};
}

// The lower triangle of g [n x n] onto the upper.
inline void mirror(Doubles& g, int64_t n) {
  for (int64_t i = 0; i < n; ++i) {
    for (int64_t j = 0; j < i; ++j) g[size(j * n + i)] = g[size(i * n + j)];
  }
}

struct Part {
  Matrix z;                         // dual: all rows; primal: those not yet in the sums
  int64_t kept = 0;                 // rows of z in use
  std::vector<int64_t> class_rows;  // [c]
  std::vector<int32_t> labels;      // dual: of the rows of z
  Doubles gram;                     // primal: Z^T Z [d x d], its lower triangle until solve()
  Doubles class_sum;                // primal: the sum of z over the rows of a class [c x d],
                                    // or t^T Z for real targets
  int64_t real_rows = 0;            // rows with real targets, and for these:
  Doubles t_sum;                    // the sum of t [c]
  double t_square = 0;              // the sum of |t|^2
  Doubles z_sum;                    // primal: the sum of z [d]
  std::vector<float> targets;       // dual: of the rows of z [rows x c]
  void state(State& s) {
    s("z", z);
    s("kept", kept);
    s("class_rows", class_rows);
    s("labels", labels);
    s("gram", gram);
    s("class_sum", class_sum);
    s("real_rows", real_rows);
    s("t_sum", t_sum);
    s("t_square", t_square);
    s("z_sum", z_sum);
    s("targets", targets);
  }
  int64_t rows() const {
    int64_t n = real_rows;
    for (const int64_t count : class_rows) n += count;
    return n;
  }
};

struct Gathered {
  // most_rows: the most rows that add() takes; what comes after them is ignored.
  Gathered(int64_t features, int64_t outputs, int64_t most_rows, bool with_intercept)
      : d(features),
        c(outputs),
        train_rows(most_rows),
        intercept(with_intercept),
        dual(features > most_rows) {
    const int64_t inner = most_rows / kInnerEvery;
    for (Part& part : parts) {
      const int64_t rows = &part == &parts[kInner] ? inner : most_rows - inner;
      part.class_rows.assign(size(c), 0);
      part.z = Matrix(dual ? rows : std::min(rows, kChunk), d);
      if (dual) {
        part.labels.reserve(size(rows));
      } else {
        part.gram.assign(size(d * d), 0.0);
        part.class_sum.assign(size(c * d), 0.0);
      }
    }
    if (!dual) chunk = Matrix(kBlock, d);
  }

  // Rows z [B x d] and their classes [B]. Classes and real targets do not mix in one regression.
  void add(const Context& ctx, ConstView z, const int32_t* labels) {
    for (int64_t r = 0; r < z.rows && gathered < train_rows; ++r) {
      Part& part = keep(ctx, row_of(z, r));
      ++part.class_rows[size(labels[r])];
      if (dual) {
        part.labels.push_back(labels[r]);
      } else {
        add_to_sum(row_of(z, r), 1.0, part.class_sum.data() + labels[r] * d);
      }
    }
  }

  // Rows z [B x d] and their real targets [B x c].
  void add(const Context& ctx, ConstView z, ConstView targets) {
    if (!real) begin_real();
    for (int64_t r = 0; r < z.rows && gathered < train_rows; ++r) {
      Part& part = keep(ctx, row_of(z, r));
      const std::span<const float> t = row_of(targets, r);
      for (size_t k = 0; k < t.size(); ++k) {
        const double v = t[k];
        part.t_sum[k] += v;
        part.t_square += v * v;
        if (!dual) add_to_sum(row_of(z, r), v, part.class_sum.data() + k * size(d));
      }
      ++part.real_rows;
      if (dual) {
        part.targets.insert(part.targets.end(), t.begin(), t.end());
      } else {
        add_to_sum(row_of(z, r), 1.0, part.z_sum.data());
      }
    }
  }

  // Of agon/state.h: the sums or rows so far.
  void state(State& s) {
    s("real", real);
    s("gathered", gathered);
    for (Part& part : parts) s("part", part);
  }

  // The memory of what was gathered.
  void let_go() {
    parts = {};
    chunk = Matrix();
  }

  // m [c] over some parts; of classes it follows from their shares. 0 without intercept.
  Doubles target_mean(std::initializer_list<size_t> which) const {
    Doubles m(size(c));
    if (!intercept) return m;
    double rows = 0;
    for (const size_t p : which) {
      const Part& part = parts[p];
      rows += static_cast<double>(part.rows());
      for (size_t k = 0; k < m.size(); ++k) {
        m[k] += real ? part.t_sum[k] : static_cast<double>(part.class_rows[k]);
      }
    }
    for (double& v : m) v = real ? v / rows : 2.0 * v / rows - 1.0;
    return m;
  }

  // The kept rows into the part's Gram matrix, block by block of its lower triangle.
  void fold(const Context& ctx, Part& part) {
    if (part.kept == 0) return;
    ctx.stop_if_asked();
    for (int64_t i0 = 0; i0 < d; i0 += kBlock) {
      const int64_t i1 = std::min(i0 + kBlock, d);
      const View products{chunk.data(), i1 - i0, i1, chunk.stride()};
      ctx.gemm_tn(cut(part.z, 0, part.kept, i0, i1), cut(part.z, 0, part.kept, 0, i1), products);
      ctx.vectorised([&] {
        for (int64_t i = i0; i < i1; ++i) {
          const float* const from = products.data + (i - i0) * products.stride;
          double* const __restrict to = part.gram.data() + i * d;
          for (int64_t j = 0; j <= i; ++j) to[j] += from[j];
        }
      });
    }
    part.kept = 0;
  }

  int64_t d, c, train_rows;
  bool intercept, dual;
  bool real = false;  // the targets are no classes
  int64_t gathered = 0;
  std::array<Part, 2> parts;
  Matrix chunk;  // primal: [kBlock x d]

 private:
  void begin_real() {
    real = true;
    for (Part& part : parts) {
      part.t_sum.assign(size(c), 0.0);
      if (dual) {
        part.targets.reserve(size(part.z.rows() * c));
      } else {
        part.z_sum.assign(size(d), 0.0);
      }
    }
  }

  // The part that takes the next row, the row in it.
  Part& keep(const Context& ctx, std::span<const float> row) {
    Part& part = parts[gathered++ % kInnerEvery == kInnerEvery - 1 ? kInner : kOuter];
    if (!dual && part.kept == part.z.rows()) fold(ctx, part);
    std::ranges::copy(row, part.z.row(part.kept++).begin());
    return part;
  }

  static void add_to_sum(std::span<const float> row, double factor, double* sum) {
    for (size_t i = 0; i < row.size(); ++i) sum[i] += factor * row[i];
  }
};

}  // namespace agon::ridge
