// SPDX-License-Identifier: MIT
//
// Ridge regression in closed form: the part of agon/readout.h that takes no steps.
//
// Z [n x d] the training rows, t [n x c] their targets, +-1 for classes or real, m [c] the mean of
// t:
//
//   (1)  y = z W^T + b,  b = m, or without intercept b = m = 0
//
//   (2)  W^T = (Z^T Z + lambda I)^-1 Z^T (t - m)          primal, a d x d system
//
//   (3)  W^T = Z^T (Z Z^T + lambda I)^-1 (t - m)          dual, an n x n system for the same W
//
// The primal form keeps sums over rows, never rows. The dual form keeps the rows, as floats, and
// takes over where d > n: it needs n d floats and n n doubles where the sums are d d doubles.
//
// lambda is the given one, or the one of {.01, .1, 1, 10, 100} with
//
//   (4)  the least sum of |z W^T + m - t|^2 over every 4th row (the inner part)
//
// after a fit on the other rows; then follows a refit on all rows. In the primal form (4) comes
// from the inner part's sums G = Z^T Z and C = Z^T (t - m):
//
//   (5)  tr(W G W^T) - 2 tr(W C) + sum (t - m)^2
//
// Where the rows are all there are (parity: every pattern is learnt and asked for), (4) asks for
// what nobody wants to know, and the answer misleads: the neighbours of a pattern all have the
// other class, so that the largest penalty guesses the rows left out best. Leaving out one row, or
// generalised cross-validation, says the same. There the error on the rows themselves decides, of W
// rounded to floats, between {1e-6, 1e-5, ..., 100}: what is learnt falls with lambda, what
// rounding adds grows.
//
// Nearly equal features make G singular up to rounding. A lambda too small for it is raised by 10
// until it is not; lambda() says what was used.
//
// A. E. Hoerl, R. W. Kennard, Technometrics 12 (1970); C. Saunders, A. Gammerman, V. Vovk,
// "Ridge regression learning algorithm in dual variables", ICML 1998.
// Errors: RuleError. Thread: [model]. add() does not allocate, solve() does.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "agon/ops.h"
#include "agon/state.h"

namespace agon {

class Ridge {
 public:
  enum class Rows { sample, all };  // of a larger population, or all there are

  // train_rows: the most rows that add() takes; what comes after them is a second pass and ignored.
  // lambda 0: chosen, by (4) for a sample.
  Ridge(int64_t features, int64_t outputs, int64_t train_rows, double lambda, bool intercept = true,
        Rows which = Rows::sample)
      : intercept_(intercept),
        all_(which == Rows::all),
        d_(features),
        c_(outputs),
        train_rows_(train_rows),
        lambda_(lambda),
        dual_(features > train_rows) {
    const int64_t inner = train_rows / kInnerEvery;
    for (Part& part : parts_) {
      const int64_t rows = &part == &parts_[kInner] ? inner : train_rows - inner;
      part.class_rows.assign(size(c_), 0);
      part.z = Matrix(dual_ ? rows : std::min(rows, kChunk), d_);
      if (dual_) {
        part.labels.reserve(size(rows));
      } else {
        part.gram.assign(size(d_ * d_), 0.0);
        part.class_sum.assign(size(c_ * d_), 0.0);
      }
    }
    if (!dual_) chunk_ = Matrix(kBlock, d_);
  }

  // Rows z [B x d] and their classes [B]. Classes and real targets do not mix in one regression.
  void add(const Context& ctx, ConstView z, const int32_t* labels) {
    for (int64_t r = 0; r < z.rows && gathered_ < train_rows_; ++r) {
      Part& part = keep(ctx, row_of(z, r));
      ++part.class_rows[size(labels[r])];
      if (dual_) {
        part.labels.push_back(labels[r]);
      } else {
        add_to_sum(row_of(z, r), 1.0, part.class_sum.data() + labels[r] * d_);
      }
    }
  }

  // Rows z [B x d] and their real targets [B x c].
  void add(const Context& ctx, ConstView z, ConstView targets) {
    if (!real_) begin_real();
    for (int64_t r = 0; r < z.rows && gathered_ < train_rows_; ++r) {
      Part& part = keep(ctx, row_of(z, r));
      const std::span<const float> t = row_of(targets, r);
      for (size_t k = 0; k < t.size(); ++k) {
        const double v = t[k];
        part.t_sum[k] += v;
        part.t_square += v * v;
        if (!dual_) add_to_sum(row_of(z, r), v, part.class_sum.data() + k * size(d_));
      }
      ++part.real_rows;
      if (dual_) {
        part.targets.insert(part.targets.end(), t.begin(), t.end());
      } else {
        add_to_sum(row_of(z, r), 1.0, part.z_sum.data());
      }
    }
  }

  // W [c x d] and b [1 x c] from all rows so far, which are let go: call it once. Without any row
  // it does nothing and returns false.
  bool solve(const Context& ctx, View weights, View bias) {
    if (gathered_ == 0) return false;
    const Doubles w = dual_ ? solve_dual(ctx) : solve_primal(ctx);
    const Doubles m = dual_ ? target_mean({kOuter, kInner}) : target_mean({kOuter});
    for (int64_t k = 0; k < c_; ++k) {
      const std::span<float> to = row_of(weights, k);
      for (size_t i = 0; i < to.size(); ++i) to[i] = static_cast<float>(w[i * size(c_) + size(k)]);
      row_of(bias, 0)[size(k)] = static_cast<float>(m[size(k)]);
    }
    parts_ = {};
    chunk_ = Matrix();
    return true;
  }

  // Of agon/state.h: the sums or rows so far.
  void state(State& s) {
    s("lambda", lambda_);
    s("real", real_);
    s("gathered", gathered_);
    for (Part& part : parts_) s("part", part);
  }

  // The penalty that solve() used; before it the given one, 0 where it is yet to be chosen.
  double lambda() const noexcept { return lambda_; }
  bool dual() const noexcept { return dual_; }

 private:
  using Doubles = std::vector<double>;
  enum : size_t { kOuter = 0, kInner = 1 };
  static constexpr int64_t kInnerEvery = 4;
  static constexpr std::array<double, 9> kLambdas{1e-6, 1e-5, 1e-4, 1e-3, 0.01,
                                                  0.1,  1.0,  10.0, 100.0};
  static constexpr size_t kFirstOfSample = 4;
  // Products run in float over this many terms and are summed in double: one float sum over all of
  // them would lose the small eigenvalues that lambda = .01 needs.
  static constexpr int64_t kChunk = 32;
  static constexpr int64_t kBlock = 64;  // rows of a Gram matrix that are made at a time

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

  static size_t size(int64_t n) noexcept { return static_cast<size_t>(n); }

  void begin_real() {
    real_ = true;
    for (Part& part : parts_) {
      part.t_sum.assign(size(c_), 0.0);
      if (dual_) {
        part.targets.reserve(size(part.z.rows() * c_));
      } else {
        part.z_sum.assign(size(d_), 0.0);
      }
    }
  }

  // The part that takes the next row, the row in it.
  Part& keep(const Context& ctx, std::span<const float> row) {
    Part& part = parts_[gathered_++ % kInnerEvery == kInnerEvery - 1 ? kInner : kOuter];
    if (!dual_ && part.kept == part.z.rows()) fold(ctx, part);
    std::ranges::copy(row, part.z.row(part.kept++).begin());
    return part;
  }

  static void add_to_sum(std::span<const float> row, double factor, double* sum) {
    for (size_t i = 0; i < row.size(); ++i) sum[i] += factor * row[i];
  }

  // Rows [begin, end) and columns [left, right) of m; left is a multiple of 16.
  static ConstView cut(Matrix& m, int64_t begin, int64_t end, int64_t left, int64_t right) {
    return {m.data() + begin * m.stride() + left, end - begin, right - left, m.stride()};
  }

  // The lower triangle of g [n x n] onto the upper.
  static void mirror(Doubles& g, int64_t n) {
    for (int64_t i = 0; i < n; ++i) {
      for (int64_t j = 0; j < i; ++j) g[size(j * n + i)] = g[size(i * n + j)];
    }
  }

  // m [c] over some parts; of classes it follows from their shares. 0 without intercept.
  Doubles target_mean(std::initializer_list<size_t> parts) const {
    Doubles m(size(c_));
    if (!intercept_) return m;
    double rows = 0;
    for (const size_t p : parts) {
      const Part& part = parts_[p];
      rows += static_cast<double>(part.rows());
      for (size_t k = 0; k < m.size(); ++k) {
        m[k] += real_ ? part.t_sum[k] : static_cast<double>(part.class_rows[k]);
      }
    }
    for (double& v : m) v = real_ ? v / rows : 2.0 * v / rows - 1.0;
    return m;
  }

  // error(lambda) of (4) or of the rows themselves, smallest first among equals.
  template <typename Error>
  double choose_lambda(const Context& ctx, Error&& error) const {
    if (!all_ && parts_[kInner].rows() == 0) return 1.0;  // fewer than 4 rows
    double best = std::numeric_limits<double>::infinity(), chosen = kLambdas.back();
    for (const double lambda : std::span(kLambdas).subspan(all_ ? 0 : kFirstOfSample)) {
      ctx.stop_if_asked();
      const double e = error(lambda);
      if (e < best) {
        best = e;
        chosen = lambda;
      }
    }
    return chosen;
  }

  static constexpr double kUnsolved = std::numeric_limits<double>::infinity();

  // As people write it: 1e-6 becomes 1e-5 to the last bit, which 1e-6 * 10 is not.
  static double times_ten(double v) {
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), 10.0 * v,
                                   std::chars_format::general, 15)
                         .ptr;
    std::from_chars(text.data(), end, v);
    return v;
  }

  template <typename Solve>
  void raise_until(const Context& ctx, Solve&& solve) {
    const double first = lambda_;
    while (!solve()) {
      if (!(lambda_ < 1e12)) throw RuleError(AGON_DIVERGED, "the features are not finite");
      lambda_ = times_ten(lambda_);
    }
    if (lambda_ == first) return;
    std::array<char, 128> text{};
    std::snprintf(text.data(), text.size(),
                  "the features are nearly dependent: the ridge penalty %g was raised to %g", first,
                  lambda_);
    ctx.log(AGON_LOG_WARNING, text.data());
  }

  // ---- primal

  // The kept rows into the part's Gram matrix, block by block of its lower triangle.
  void fold(const Context& ctx, Part& part) {
    if (part.kept == 0) return;
    ctx.stop_if_asked();
    for (int64_t i0 = 0; i0 < d_; i0 += kBlock) {
      const int64_t i1 = std::min(i0 + kBlock, d_);
      const View products{chunk_.data(), i1 - i0, i1, chunk_.stride()};
      ctx.gemm_tn(cut(part.z, 0, part.kept, i0, i1), cut(part.z, 0, part.kept, 0, i1), products);
      for (int64_t i = i0; i < i1; ++i) {
        const float* const from = products.data + (i - i0) * products.stride;
        double* const to = part.gram.data() + i * d_;
        for (int64_t j = 0; j <= i; ++j) to[j] += from[j];
      }
    }
    part.kept = 0;
  }

  // C of (2) and (5): Z^T (t - m) [d x c].
  Doubles cross(const Part& part, const Doubles& m) const {
    Doubles sum(size(d_)), out(size(d_ * c_));
    if (real_) {
      for (int64_t i = 0; i < d_; ++i) {
        for (int64_t k = 0; k < c_; ++k) {
          out[size(i * c_ + k)] =
              part.class_sum[size(k * d_ + i)] - m[size(k)] * part.z_sum[size(i)];
        }
      }
      return out;
    }
    for (int64_t k = 0; k < c_; ++k) {
      for (int64_t i = 0; i < d_; ++i) sum[size(i)] += part.class_sum[size(k * d_ + i)];
    }
    for (int64_t i = 0; i < d_; ++i) {
      for (int64_t k = 0; k < c_; ++k) {
        out[size(i * c_ + k)] =
            2.0 * part.class_sum[size(k * d_ + i)] - (1.0 + m[size(k)]) * sum[size(i)];
      }
    }
    return out;
  }

  // (2) on one part: W^T [d x c] into w; false when the penalty is too small for the rounding of G.
  bool regress(const Context& ctx, const Part& part, const Doubles& m, double lambda,
               Doubles& w) const {
    w = cross(part, m);
    return ctx.solve_spd(part.gram, d_, lambda, w, c_);
  }

  // (5) for w [d x c].
  double squared_error(const Part& part, const Doubles& m, const Doubles& w) const {
    const size_t d = size(d_), c = size(c_);
    const Doubles products = cross(part, m);
    const double rows = static_cast<double>(part.rows());
    double error = real_ ? part.t_square : 0.0;
    for (size_t k = 0; k < c; ++k) {  // sum (t - m)^2, for t^2 = 1 when they are classes
      const double t_sum =
          real_ ? part.t_sum[k] : 2.0 * static_cast<double>(part.class_rows[k]) - rows;
      error += rows * ((real_ ? 0.0 : 1.0) + m[k] * m[k]) - 2.0 * m[k] * t_sum;
    }
    Doubles gw(c);  // one row of G W^T
    for (size_t i = 0; i < d; ++i) {
      std::ranges::fill(gw, 0.0);
      for (size_t j = 0; j < d; ++j) {
        const double g = part.gram[i * d + j];
        for (size_t k = 0; k < c; ++k) gw[k] += g * w[j * c + k];
      }
      for (size_t k = 0; k < c; ++k) error += w[i * c + k] * (gw[k] - 2.0 * products[i * c + k]);
    }
    return error;
  }

  Doubles solve_primal(const Context& ctx) {
    Part &outer = parts_[kOuter], &inner = parts_[kInner];
    for (Part& part : parts_) {
      fold(ctx, part);
      mirror(part.gram, d_);
    }
    if (lambda_ == 0 && !all_) {
      const Doubles m = target_mean({kOuter});
      lambda_ = choose_lambda(ctx, [&](double lambda) {
        Doubles w;
        return regress(ctx, outer, m, lambda, w) ? squared_error(inner, m, w) : kUnsolved;
      });
    }
    add_to(inner.gram, outer.gram);
    add_to(inner.class_sum, outer.class_sum);
    add_to(inner.class_rows, outer.class_rows);
    if (real_) {
      add_to(inner.t_sum, outer.t_sum);
      add_to(inner.z_sum, outer.z_sum);
      outer.real_rows += inner.real_rows;
    }
    inner.gram = {};
    Doubles w;
    const Doubles m = target_mean({kOuter});
    if (lambda_ == 0) {
      lambda_ = choose_lambda(ctx, [&](double lambda) {
        if (!regress(ctx, outer, m, lambda, w)) return kUnsolved;
        for (double& v : w) v = static_cast<double>(static_cast<float>(v));
        return squared_error(outer, m, w);
      });
    }
    raise_until(ctx, [&] { return regress(ctx, outer, m, lambda_, w); });
    return w;
  }

  template <typename T>
  static void add_to(const std::vector<T>& from, std::vector<T>& to) {
    for (size_t i = 0; i < to.size(); ++i) to[i] += from[i];
  }

  // ---- dual: the rows are the outer part's, then the inner part's

  // K = Z Z^T [n x n].
  Doubles kernel(const Context& ctx) {
    const int64_t outer = parts_[kOuter].kept, n = outer + parts_[kInner].kept;
    Doubles k(size(n * n));
    Matrix products(kBlock, outer);
    for (const size_t p : {kOuter, kInner}) {
      Part& part = parts_[p];
      const int64_t first = p == kOuter ? 0 : outer;
      for (int64_t r0 = 0; r0 < part.kept; r0 += kBlock) {
        const int64_t r1 = std::min(r0 + kBlock, part.kept);
        double* const block = k.data() + (first + r0) * n;
        if (p == kInner) add_products(ctx, part, r0, r1, parts_[kOuter], outer, products, block, n);
        add_products(ctx, part, r0, r1, part, r1, products, block + first, n);
      }
    }
    mirror(k, n);
    return k;
  }

  // to [r1 - r0 x rows], n doubles from row to row, += rows [r0, r1) of a times the first rows of
  // b.
  void add_products(const Context& ctx, Part& a, int64_t r0, int64_t r1, Part& b, int64_t rows,
                    Matrix& products, double* to, int64_t n) const {
    const View out{products.data(), r1 - r0, rows, products.stride()};
    ctx.stop_if_asked();
    for (int64_t left = 0; left < d_; left += kChunk) {
      const int64_t right = std::min(left + kChunk, d_);
      ctx.gemm_nt(cut(a.z, r0, r1, left, right), cut(b.z, 0, rows, left, right), out);
      for (int64_t i = 0; i < out.rows; ++i) {
        for (int64_t j = 0; j < rows; ++j) to[i * n + j] += out.data[i * out.stride + j];
      }
    }
  }

  // t - m of the first rows [rows x c].
  Doubles targets(int64_t rows, const Doubles& m) const {
    Doubles t(size(rows * c_));
    for (int64_t r = 0; r < rows; ++r) {
      const float* const real = real_ ? target_of(r) : nullptr;
      const int64_t label = real_ ? -1 : label_of(r);
      for (int64_t k = 0; k < c_; ++k) {
        const double v = real_ ? real[k] : k == label ? 1.0 : -1.0;
        t[size(r * c_ + k)] = v - m[size(k)];
      }
    }
    return t;
  }
  const float* target_of(int64_t r) const {
    const int64_t outer = parts_[kOuter].kept;
    return r < outer ? parts_[kOuter].targets.data() + r * c_
                     : parts_[kInner].targets.data() + (r - outer) * c_;
  }
  int64_t label_of(int64_t r) const {
    const int64_t outer = parts_[kOuter].kept;
    return r < outer ? parts_[kOuter].labels[size(r)] : parts_[kInner].labels[size(r - outer)];
  }

  Doubles solve_dual(const Context& ctx) {
    const int64_t outer = parts_[kOuter].kept, n = outer + parts_[kInner].kept;
    const Doubles k = kernel(ctx);
    const Doubles m = target_mean({kOuter, kInner});
    Doubles a;
    if (lambda_ == 0 && all_) {
      const Doubles t = targets(n, m);
      lambda_ = choose_lambda(ctx, [&](double lambda) {
        a = t;
        return ctx.solve_spd(k, n, lambda, a, c_) ? own_error(ctx, weights_of(a), t) : kUnsolved;
      });
    }
    if (lambda_ == 0) {
      Doubles k_outer(size(outer * outer));
      for (int64_t r = 0; r < outer; ++r)
        std::copy_n(k.data() + r * n, outer, k_outer.data() + r * outer);
      const Doubles m_outer = target_mean({kOuter});
      const Doubles t = targets(n, m_outer);
      lambda_ = choose_lambda(ctx, [&](double lambda) {
        a = targets(outer, m_outer);
        const bool solved = ctx.solve_spd(k_outer, outer, lambda, a, c_);
        return solved ? squared_error(k, n, a, t) : kUnsolved;
      });
    }
    raise_until(ctx, [&] {
      a = targets(n, m);
      return ctx.solve_spd(k, n, lambda_, a, c_);
    });
    return weights_of(a);
  }

  // (4): a [outer x c] on the outer rows, t - m [n x c] of all rows.
  double squared_error(const Doubles& k, int64_t n, const Doubles& a, const Doubles& t) const {
    const size_t c = size(c_), outer = a.size() / c;
    double error = 0;
    Doubles y(c);
    for (size_t r = outer; r < size(n); ++r) {
      std::ranges::fill(y, 0.0);
      for (size_t j = 0; j < outer; ++j) {
        for (size_t q = 0; q < c; ++q) y[q] += k[r * size(n) + j] * a[j * c + q];
      }
      for (size_t q = 0; q < c; ++q) error += (y[q] - t[r * c + q]) * (y[q] - t[r * c + q]);
    }
    return error;
  }

  // sum |z W^T - (t - m)|^2 over all rows, the products in floats as predict makes them; w [d x c].
  double own_error(const Context& ctx, const Doubles& w, const Doubles& t) {
    const size_t c = size(c_);
    Matrix weights(c_, d_), y(kBlock, c_);
    for (size_t k = 0; k < c; ++k) {
      for (size_t i = 0; i < size(d_); ++i)
        weights.row(static_cast<int64_t>(k))[i] = static_cast<float>(w[i * c + k]);
    }
    double error = 0;
    const double* want = t.data();
    for (Part& part : parts_) {
      for (int64_t r0 = 0; r0 < part.kept; r0 += kBlock) {
        const int64_t r1 = std::min(r0 + kBlock, part.kept);
        ctx.gemm_nt(cut(part.z, r0, r1, 0, d_), weights, y.top(r1 - r0));
        for (int64_t r = 0; r < r1 - r0; ++r) {
          for (const float v : y.row(r)) {
            const double off = static_cast<double>(v) - *want++;
            error += off * off;
          }
        }
      }
    }
    return error;
  }

  // W^T = Z^T a [d x c].
  Doubles weights_of(const Doubles& a) const {
    const size_t c = size(c_);
    Doubles w(size(d_) * c);
    const double* row_a = a.data();
    for (const Part& part : parts_) {
      for (int64_t r = 0; r < part.kept; ++r, row_a += c) {
        const std::span<const float> z = part.z.row(r);
        for (size_t i = 0; i < z.size(); ++i) {
          for (size_t k = 0; k < c; ++k) w[i * c + k] += z[i] * row_a[k];
        }
      }
    }
    return w;
  }

  bool intercept_;
  bool all_;  // the rows are all there are
  int64_t d_, c_, train_rows_;
  double lambda_;
  bool dual_, real_ = false;  // real_: the targets are no classes
  int64_t gathered_ = 0;
  std::array<Part, 2> parts_;
  Matrix chunk_;  // primal: [kBlock x d]
};

}  // namespace agon
