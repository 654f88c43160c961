// SPDX-License-Identifier: MIT
#include <Eigen/Cholesky>
#include <cassert>

#include "core/kernels.h"

namespace agon::core {

bool solve_spd(std::span<const double> g, size_t n, double ridge, std::span<double> b, size_t m) {
  assert(g.size() == n * n && b.size() == n * m);
  if (n == 0 || m == 0) return true;
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto rows = static_cast<Eigen::Index>(n);
  Eigen::MatrixXd a = Eigen::Map<const RowMajor>(g.data(), rows, rows);
  a.diagonal().array() += ridge;
  const Eigen::LLT<Eigen::Ref<Eigen::MatrixXd>> cholesky(a);
  if (cholesky.info() != Eigen::Success) return false;
  Eigen::Map<RowMajor> rhs(b.data(), rows, static_cast<Eigen::Index>(m));
  const RowMajor x = cholesky.solve(rhs);
  // A NaN pivot passes Eigen's sign test, so the solution is looked at as well.
  if (!x.allFinite()) return false;
  rhs = x;
  return true;
}

}  // namespace agon::core
