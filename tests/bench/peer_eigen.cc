// SPDX-License-Identifier: MIT
#include <Eigen/Core>

#include "peers.h"

namespace agon::bench {
namespace {

using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Stride = Eigen::OuterStride<Eigen::Dynamic>;

template <class Mat, class ViewType>
auto map(ViewType v) {
  return Eigen::Map<Mat, Eigen::Aligned64, Stride>(v.data, static_cast<Eigen::Index>(v.rows),
                                                   static_cast<Eigen::Index>(v.cols),
                                                   Stride(static_cast<Eigen::Index>(v.stride)));
}

}  // namespace

void eigen_gemm(core::Transposition t, core::ConstView a, core::ConstView b, core::View c) {
  const auto left = map<const RowMajor>(a), right = map<const RowMajor>(b);
  auto out = map<RowMajor>(c);
  switch (t) {
    case core::Transposition::nn: out.noalias() = left * right; break;
    case core::Transposition::nt: out.noalias() = left * right.transpose(); break;
    case core::Transposition::tn: out.noalias() = left.transpose() * right; break;
  }
}

}  // namespace agon::bench
